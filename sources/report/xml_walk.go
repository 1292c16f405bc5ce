package report

// xmlMaxText bounds a path, a root and a name: what is longer is longer than the collector takes, too.
const xmlMaxText = maxPath + 1

// elementLine is the element that Cobertura and JaCoCo name alike.
const elementLine = "line"

// is expects one of several root elements.
func (x *xmlScanner) is(names ...string) func() error {
	return func() error {
		for _, name := range names {
			if string(x.local) == name {
				return nil
			}
		}
		return x.fail("its root element is <%s>, where <%s> is expected", clip(x.local), names[0])
	}
}

// tells has a sink ask where the scanner stands.
func (x *xmlScanner) tells(sink any) {
	if p, ok := sink.(placed); ok {
		p.at(x.line)
	}
}

// document reads a document: its root, and then each child of it, which child must read to its end.
func (x *xmlScanner) document(root func() error, child func(name string) error) error {
	if _, err := x.next(); err != nil {
		return err
	}
	if err := root(); err != nil {
		return err
	}
	if err := x.children(child); err != nil {
		return err
	}
	_, err := x.next() // nothing but comments may follow
	return err
}

// children calls for each child of the element that was opened last; child must read to its end, as skip does.
func (x *xmlScanner) children(child func(name string) error) error {
	for {
		token, err := x.next()
		if err != nil {
			return err
		}
		switch token {
		case xmlOpen:
			if err := child(string(x.local)); err != nil {
				return err
			}
		case xmlClose, xmlEnd:
			return nil
		}
	}
}

// bounded is a value as a string of limit bytes at most.
func bounded(b []byte, limit int) string {
	return string(b[:min(len(b), limit)])
}
