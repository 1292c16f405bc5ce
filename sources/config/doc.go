// Package config reads gonogo.yml and the person's own settings, says everything that is wrong with them at once, each
// with its place, and hands out values of model.
//
// The private structs in file.go are the one description of what may be written: the reader walks them, and the JSON
// Schema is made from them.
package config
