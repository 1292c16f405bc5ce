package simulator

import "time"

// life is what happens while somebody watches, at a minute a second or so: slow
// enough that each story can be read before it moves on, quick enough that the
// screen changes at once. Each event is announced now, so that the same seed
// brings the same future.
func (d *demo) life() {
	after := func(minutes int, script func()) { d.world.At(d.now.Add(time.Duration(minutes)*time.Minute), script) }
	byName := map[string]*product{}
	for _, p := range d.products {
		byName[p.name] = p
	}
	// What begins just before the start is under way when the screen appears.
	d.ago(time.Minute, func() { byName["api"].push("Bound the size of uploads", nil, nil) })
	d.ago(2*time.Minute, func() { byName["identity"].push("Rotate signing keys weekly", nil, nil) })
	after(2, func() { byName["web"].catchUp("Wait for the cart before the test clicks") })
	after(3, func() { byName["ledger"].change("") })
	after(14, func() { byName["web"].rollForward() })
	after(18, func() { byName["identity"].rollForward() })
	after(40, func() { byName["api"].promote(byName["api"].tag()) })
	after(60, func() { byName["web"].promote(byName["web"].tag()) })
	d.world.At(d.now.Add(65*time.Minute), func() { d.goOn(0) })
}

// goOn lets one product after the other be changed, released and promoted, some
// of it badly, for as long as the world runs. The stories that explain something
// by standing still are left alone.
func (d *demo) goOn(turn int) {
	var moving []*product
	for _, p := range d.products {
		if p.name != "payments" && p.name != "billing" {
			moving = append(moving, p)
		}
	}
	p := moving[turn%len(moving)]
	bad := turn%5 == 3
	p.change("")
	d.world.After(40*time.Minute, func() {
		outcomes := Outcomes(nil)
		if turn%4 == 2 {
			outcomes = Outcomes{"test/Unit tests": Failure}
		}
		p.push("", nil, outcomes)
	})
	d.world.After(55*time.Minute, func() { p.rollForward() })
	d.world.After(100*time.Minute, func() {
		tag := p.tag()
		if bad {
			d.services.Behave(p.repo.FullName(), tag, Behaviour{Failing: true, ErrorRatio: 0.2, Environment: p.production(), After: 2 * time.Minute})
			d.world.After(40*time.Minute, func() { d.services.Recover(p.repo.FullName(), tag) })
		}
		p.promote(tag)
	})
	d.world.After(time.Duration(18+p.dice.IntN(15))*time.Minute, func() { d.goOn(turn + 1) })
}
