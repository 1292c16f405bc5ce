package report

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"

	"gonogo/model"
)

// appendTo writes a file: its texts and bytes each after their length, its sets of lines each after how many words they
// have. There may be a hundred thousand of them, so that nothing is made on the way.
func (f *File) appendTo(b []byte) []byte {
	for _, text := range []string{f.Path, f.Root, f.Package, f.Dir} {
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	for _, set := range []model.LineSet{f.Coverable, f.Hit} {
		b = binary.AppendUvarint(b, uint64(len(set)))
		for _, word := range set {
			b = binary.LittleEndian.AppendUint64(b, word)
		}
	}
	return appendBytes(appendBytes(b, f.Branches), f.Statements)
}

func appendBytes(b, more []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(more))), more...)
}

// readFile reads what appendTo wrote.
func readFile(in *bufio.Reader) (f File, err error) {
	for _, text := range []*string{&f.Path, &f.Root, &f.Package, &f.Dir} {
		b, err := readBytes(in)
		if err != nil {
			return f, err
		}
		*text = string(b)
	}
	for _, set := range []*model.LineSet{&f.Coverable, &f.Hit} {
		if *set, err = readSet(in); err != nil {
			return f, err
		}
	}
	for _, marks := range []*[]byte{&f.Branches, &f.Statements} {
		if *marks, err = readBytes(in); err != nil {
			return f, err
		}
	}
	return f, nil
}

// readBytes reads bytes after their length. What claims to be longer than it is takes no memory for the claim.
func readBytes(in *bufio.Reader) ([]byte, error) {
	n, err := binary.ReadUvarint(in)
	if err != nil || n == 0 {
		return nil, err
	}
	if n > maxEncoded {
		return nil, io.ErrUnexpectedEOF
	}
	var b bytes.Buffer
	if _, err := io.CopyN(&b, in, int64(n)); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func readSet(in *bufio.Reader) (model.LineSet, error) {
	n, err := binary.ReadUvarint(in)
	if err != nil || n == 0 {
		return nil, err
	}
	set := make(model.LineSet, 0, min(n, 1<<10))
	var word [8]byte
	for range n {
		if _, err := io.ReadFull(in, word[:]); err != nil {
			return nil, err
		}
		set = append(set, binary.LittleEndian.Uint64(word[:]))
	}
	return set, nil
}
