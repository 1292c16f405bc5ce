package operation

import (
	"errors"
	"strings"

	"gonogo/model"
)

// Below is the name of a shared ref below RefRoot or RefFallback; false: it is none.
func Below(ref string) (string, bool) {
	for _, root := range []string{RefRoot, RefFallback} {
		if name, ok := strings.CutPrefix(ref, root); ok && name != "" {
			return name, true
		}
	}
	return "", false
}

// SharedMark is the mark that a shared ref stands for, by the message of the tag object that it points at. One that says
// something else than its name, or that can't be read, has a flaw: it is never an absent mark.
func SharedMark(ref, object, message string) Mark {
	m, err := ReadMark(message)
	if err == nil {
		name, _ := m.Name()
		if below, ok := Below(ref); !ok || below != name {
			err = errors.New("it says something else than its name")
		}
	}
	if err != nil {
		return Flawed(ref, object, err.Error())
	}
	m.Ref, m.Object = ref, object
	return m
}

// Unread is the flaw of a mark that nobody has read yet: what its tag object says may well be understood.
const Unread = "it has not been read yet"

// Flawed is a shared ref of which nothing but its name is known.
func Flawed(ref, object, why string) Mark {
	m := Mark{Ref: ref, Object: object, Flaw: string(model.Clean(why))}
	below, _ := Below(ref)
	kind, _, _ := strings.Cut(below, "/")
	m.Kind = MarkKind(kind)
	return m
}

// OfService reports whether a shared ref is one service's, or stands where that service's would be.
func OfService(ref, service string) bool {
	below, ok := Below(ref)
	if !ok {
		return false
	}
	kind, rest, deeper := strings.Cut(below, "/")
	if !deeper {
		switch MarkKind(kind) {
		case MarkLock, MarkHold, MarkVeto, MarkTick, MarkAuto:
			return true
		}
		return false
	}
	of, _, _ := strings.Cut(rest, "/")
	return of == EscapeRef(service)
}

// Stands reports whether a mark that was seen stands for another one's name, or is in its way: Git keeps no ref below
// another.
func (m *Mark) Stands(name string) bool {
	below, ok := Below(m.Ref)
	return ok && (below == name || strings.HasPrefix(below, name+"/") || strings.HasPrefix(name, below+"/"))
}
