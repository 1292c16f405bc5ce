package clock

import (
	"testing"
	"time"
)

var start = time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC)

func TestDrivenTimersFireAtTheirOwnTimesInOrder(t *testing.T) {
	d := NewDriven(start)
	late, _ := d.NewTimer(3 * time.Minute)
	early, _ := d.NewTimer(time.Minute)
	never, stop := d.NewTimer(2 * time.Minute)
	if !stop() || stop() {
		t.Fatal("a timer stops once")
	}
	d.Advance(time.Hour)
	if at := <-early; !at.Equal(start.Add(time.Minute)) {
		t.Errorf("the early timer fired at %s", at)
	}
	if at := <-late; !at.Equal(start.Add(3 * time.Minute)) {
		t.Errorf("the late timer fired at %s", at)
	}
	select {
	case <-never:
		t.Error("a stopped timer fired")
	default:
	}
	if want := start.Add(time.Hour); !d.Now().Equal(want) {
		t.Errorf("the clock stands at %s, want %s", d.Now(), want)
	}
}

func TestDrivenFiresAnElapsedTimerAtOnce(t *testing.T) {
	c, _ := NewDriven(start).NewTimer(0)
	if at := <-c; !at.Equal(start) {
		t.Errorf("fired at %s", at)
	}
}

func TestScaledRunsFasterByItsFactor(t *testing.T) {
	c := Scaled(start, 1000)
	began := c.Now()
	fired, _ := c.NewTimer(20 * time.Second)
	<-fired
	if passed := c.Now().Sub(began); passed < 20*time.Second {
		t.Errorf("20 s had not passed when the timer fired: %s", passed)
	}
}
