package simulator

// stored is a file on the storage host.
type stored struct{}
