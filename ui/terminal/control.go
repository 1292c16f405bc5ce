package terminal

import (
	"strconv"
	"strings"
)

// allowedModes are the modes that gonogo may set and take back.
var allowedModes = map[string]bool{
	"?7": true, "?25": true, "?1002": true, "?1006": true, "?1049": true, "?2004": true, "?2026": true, "4": true,
}

// csi obeys a control sequence.
func (e *Emulator) csi(params string, final byte) {
	if final == 'm' {
		p, ok := numbers(params)
		if !ok || !e.style.apply(p) {
			e.object("style CSI %sm", params)
		}
		return
	}
	if final == 'h' || final == 'l' {
		e.mode(params, final == 'h')
		return
	}
	if final == 't' {
		if params != "22;2" && params != "23;2" { // push and pop the title
			e.object("CSI %st", params)
		}
		return
	}
	p, ok := numbers(params)
	if !ok {
		e.object("CSI %s%c", params, final)
		return
	}
	at := func(i, otherwise int) int {
		if i < len(p) && p[i][0] > 0 {
			return p[i][0]
		}
		return otherwise
	}
	n := at(0, 1)
	if e.move(final, n, at(1, 1)) || e.edit(final, n) {
		return
	}
	switch final {
	case 'J':
		e.eraseScreen(at(0, 0))
	case 'K':
		e.eraseLine(at(0, 0))
	case 'r':
		e.top, e.bottom = min(n, e.rows)-1, min(at(1, e.rows), e.rows)-1
		if e.top >= e.bottom {
			e.top, e.bottom = 0, e.rows-1
		}
		e.x, e.y, e.pending = 0, 0, false
	case 'b':
		for range n {
			e.print(e.last)
		}
	default:
		e.object("CSI %s%c", params, final)
	}
}

// numbers reads parameters: "38:5:1;4" is [[38 5 1] [4]]; a missing one is 0.
func numbers(s string) (params [][]int, ok bool) {
	for part := range strings.SplitSeq(s, ";") {
		var sub []int
		for digits := range strings.SplitSeq(part, ":") {
			n := 0
			if digits != "" {
				var err error
				if n, err = strconv.Atoi(digits); err != nil {
					return nil, false
				}
			}
			sub = append(sub, n)
		}
		params = append(params, sub)
	}
	return params, true
}

func (e *Emulator) mode(params string, on bool) {
	name, private := strings.CutPrefix(params, "?")
	for part := range strings.SplitSeq(name, ";") {
		if private {
			part = "?" + part
		}
		if !allowedModes[part] {
			e.object("mode %s", part)
		}
		if part == "?1049" && e.modes[part] != on {
			e.screen, e.other = e.other, e.screen
			if on {
				e.saved.x, e.saved.y, e.saved.style = e.x, e.y, e.style
				for y := range e.screen {
					e.screen[y] = e.blankRow()
				}
			} else {
				e.x, e.y, e.style = e.saved.x, e.saved.y, e.saved.style
			}
			e.pending = false
		}
		e.modes[part] = on
	}
}

// move obeys what moves the cursor.
func (e *Emulator) move(final byte, n, second int) bool {
	x, y := e.x, e.y
	switch final {
	case 'A':
		y -= n
	case 'B':
		y += n
	case 'C':
		x += n
	case 'D':
		x -= n
	case 'G', '`':
		x = n - 1
	case 'd':
		y = n - 1
	case 'H', 'f':
		x, y = second-1, n-1
	default:
		return false
	}
	e.x, e.y, e.pending = min(max(x, 0), e.cols-1), min(max(y, 0), e.rows-1), false
	return true
}

// edit obeys what moves or erases characters and rows.
func (e *Emulator) edit(final byte, n int) bool {
	switch final {
	case 'S':
		e.scroll(e.top, e.bottom, min(n, e.bottom-e.top+1))
		return true
	case 'T':
		e.scroll(e.top, e.bottom, -min(n, e.bottom-e.top+1))
		return true
	case 'L', 'M':
		if e.y < e.top || e.y > e.bottom {
			return true
		}
		n = min(n, e.bottom-e.y+1)
		if final == 'L' {
			n = -n
		}
		e.scroll(e.y, e.bottom, n)
		e.x = 0
	case 'X':
		e.clear(e.y, e.x, e.x+n)
	case 'P', '@':
		e.shift(n, final == '@')
	default:
		return false
	}
	e.pending = false
	return true
}

// shift inserts or deletes n characters at the cursor.
func (e *Emulator) shift(n int, insert bool) {
	row := e.screen[e.y]
	n = min(n, e.cols-e.x)
	if row[e.x].Width == 0 && e.x > 0 { // in the middle of a wide character
		e.clear(e.y, e.x, e.x+1)
	}
	if insert {
		copy(row[e.x+n:], row[e.x:])
		e.clear(e.y, e.x, e.x+n)
		if row[e.cols-1].Width == 2 {
			row[e.cols-1] = blank(e.style)
		}
		return
	}
	if e.x+n < e.cols && row[e.x+n].Width == 0 {
		row[e.x+n] = blank(e.style)
	}
	copy(row[e.x:], row[e.x+n:])
	for x := e.cols - n; x < e.cols; x++ {
		row[x] = blank(e.style)
	}
}

func (e *Emulator) eraseScreen(n int) {
	switch n {
	case 0:
		e.clear(e.y, e.x, e.cols)
		for y := e.y + 1; y < e.rows; y++ {
			e.clear(y, 0, e.cols)
		}
	case 1:
		for y := range e.y {
			e.clear(y, 0, e.cols)
		}
		e.clear(e.y, 0, e.x+1)
	case 2:
		for y := range e.rows {
			e.clear(y, 0, e.cols)
		}
	default:
		e.object("CSI %dJ", n)
	}
	e.pending = false
}

func (e *Emulator) eraseLine(n int) {
	switch n {
	case 0:
		e.clear(e.y, e.x, e.cols)
	case 1:
		e.clear(e.y, 0, e.x+1)
	case 2:
		e.clear(e.y, 0, e.cols)
	default:
		e.object("CSI %dK", n)
	}
	e.pending = false
}
