package report

// Limits bound what is read, so that no report, by size or by malice, takes more memory or time than agreed. Zero values
// stand for the defaults.
type Limits struct {
	// Entries is how many files an archive may have (default 20,000).
	Entries int
	// Bytes is how much is read of all that an archive holds, unpacked (default 2 GiB).
	Bytes int64
	// Ratio is how many times larger what was unpacked may be than what it was unpacked from, once it exceeds 64 MiB
	// (default 500; deflate can reach 1,032).
	Ratio int64
	// Nested is how large an archive within an archive may be; it is held in memory (default 8 MiB).
	Nested int64
	// Memory is how much what was found may take (default 27 MiB: 36,000 files of 500 lines and 250
	// branches each).
	Memory int
	// Files is how many files a coverage may tell (default 100,000).
	Files int
	// Line is the highest line number believed (default 4,000,000; never above 16,777,215).
	Line int
	// Branches is how many branches one line may have (default 1,024).
	Branches int
	// Tests is how many tests are told apart (default 200,000).
	Tests int
	// Broken and Slowest are how many tests are kept with their names and messages (defaults 200 and 20).
	Broken, Slowest int
	// Flaws is how many flaws are kept of each report; the others are counted (default 10).
	Flaws int
}

// maxPath is how long the path of a file may be (PATH_MAX of Linux).
const maxPath = 4096

// orDefault fills in the defaults.
func (l Limits) orDefault() Limits {
	set(&l.Entries, 20_000)
	set(&l.Bytes, 2<<30)
	set(&l.Ratio, 500)
	set(&l.Nested, 8<<20)
	set(&l.Memory, 27<<20)
	set(&l.Files, 100_000)
	set(&l.Line, 4_000_000)
	l.Line = min(l.Line, maxLineNumber)
	set(&l.Branches, 1024)
	set(&l.Tests, 200_000)
	set(&l.Broken, 200)
	set(&l.Slowest, 20)
	set(&l.Flaws, 10)
	return l
}

func set[N int | int64](n *N, to N) {
	if *n <= 0 {
		*n = to
	}
}
