package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
	"strings"

	"gonogo/model"
)

// UserFileName is what the person's own settings are called, in gonogo's part of the configuration folder.
const UserFileName = "config.yml"

// userFile is the person's own settings. None of them may come from a repository's file.
type userFile struct {
	place
	Keys       keys          `yaml:"keys" doc:"Keys for actions, each one key or a list; they replace the action's own."`
	Commands   []commandFile `yaml:"commands" doc:"Commands of your own, in the palette."`
	Theme      text          `yaml:"theme" doc:"The colours."`
	Background text          `yaml:"background" doc:"Whether the terminal is dark or light; it is never asked." enum:"auto,dark,light" default:"auto"`
	Notify     []notice      `yaml:"notify" doc:"How to notify you of a change: by the bell, by OSC 9, in the window's title." default:"[]"`
	Hosts      []text        `yaml:"hosts" doc:"Hosts that you trust with a token from the environment, and that an untrusted configuration may name." example:"[ghe.acme.dev]"`
	Lock       text          `yaml:"lock" doc:"optional: production may be operated without a lock where the token can't make one." enum:"required,optional" default:"required"`
	ReadOnly   flag          `yaml:"read_only" doc:"Nothing is done from gonogo unless you lift that in the cockpit, for a while." default:"false"`
	APIBudget  number        `yaml:"api_budget" doc:"The share of each hourly limit of GitHub's API that is used." default:"0.5" min:"0.05" max:"1"`
}

type commandFile struct {
	place
	Name      text   `yaml:"name" doc:"What the command is called." required:"true"`
	Key       text   `yaml:"key" doc:"A key for it."`
	Run       []text `yaml:"run" doc:"The program and its arguments; no shell; templates with the selection's fields." example:"[ssh, \"{{.Environment}}\", journalctl, -f]" lines:"true" required:"true"`
	Dangerous flag   `yaml:"dangerous" doc:"Whether it changes something; it is asked about then. Must be written." required:"true"`
}

// UserSettings are the person's own settings.
type UserSettings struct {
	Keys       map[string][]string // action -> keys
	Commands   []Command
	Theme      string // empty: the usual one
	Background string // auto, dark or light
	Notify     []string
	Hosts      []string // in lower case
	// LockOptional says that production may be operated without a lock.
	LockOptional bool
	ReadOnly     bool    // nothing is done unless they lift that
	APIBudget    float64 // share of the hourly limit, 0 to 1
}

// Command is one of the person's own.
type Command struct {
	Name, Key string
	Run       []string
	Dangerous bool
}

// Known is what only the floors above know, so that a misspelt name is found with its place. An empty list is not
// checked.
type Known struct {
	Actions []string
	Themes  []string
}

// DefaultUser is what holds where there is no file.
func DefaultUser() *UserSettings {
	return &UserSettings{Background: "auto", APIBudget: 0.5}
}

// FindUser reads the person's settings in configHome. Where there are none they are the usual ones.
func FindUser(configHome string, known Known) (*UserSettings, error) {
	path := filepath.Join(configHome, "gonogo", UserFileName)
	source, err := open(path, UserFolder)
	if errors.Is(err, fs.ErrNotExist) {
		return DefaultUser(), nil
	}
	if err != nil {
		return nil, err
	}
	return LoadUser(path, source.Data, known)
}

// LoadUser reads the person's settings. The error is Errors.
func LoadUser(path string, data []byte, known Known) (*UserSettings, error) {
	w := newWalker(path, data)
	if blank(data) {
		return DefaultUser(), nil
	}
	root := w.parse(data)
	if root == nil {
		return nil, w.result()
	}
	if isNull(root) {
		return DefaultUser(), nil
	}
	var file userFile
	w.read(reflect.ValueOf(&file).Elem(), root, "")
	b := &builder{walker: w}
	settings := b.user(&file, known)
	if err := w.result(); err != nil {
		return nil, err
	}
	return settings, nil
}

// blank reports whether a file has nothing but comments.
func blank(data []byte) bool {
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return false
		}
	}
	return true
}

// UserSchema is the JSON Schema of config.yml.
func UserSchema() []byte {
	return document(object(reflect.TypeFor[userFile]()), "gonogo config.yml", "A person's own settings for gonogo.")
}

func (b *builder) user(f *userFile, known Known) *UserSettings {
	u := DefaultUser()
	u.Theme, u.Background = f.Theme.v, orText(f.Background, u.Background)
	u.LockOptional, u.ReadOnly = f.Lock.v == "optional", f.ReadOnly.v
	if f.has("api_budget") {
		u.APIBudget = f.APIBudget.v
	}
	if known.Themes != nil && f.has("theme") && !contains(known.Themes, f.Theme.v) {
		b.errorAt(f.Theme.at, didYouMean(f.Theme.v, known.Themes), "there is no theme %q", f.Theme.v)
	}
	u.Keys = b.userKeys(f.Keys, known)
	for _, n := range f.Notify {
		u.Notify = append(u.Notify, n.v)
	}
	for _, h := range f.Hosts {
		host := strings.ToLower(h.v)
		if !validHost(host) {
			b.errorAt(h.at, "as in ghe.acme.dev", "%q is not the name of a host", h.v)
		}
		u.Hosts = append(u.Hosts, host)
	}
	for i := range f.Commands {
		u.Commands = append(u.Commands, b.userCommand(&f.Commands[i]))
	}
	return u
}

// userKeys notes actions that don't exist, and keys given to two.
func (b *builder) userKeys(k keys, known Known) map[string][]string {
	if len(k.list) == 0 {
		return nil
	}
	out := map[string][]string{}
	taken := map[string]string{}
	for _, one := range k.list {
		if known.Actions != nil && !contains(known.Actions, one.action.v) {
			b.errorAt(one.action.at, didYouMean(one.action.v, known.Actions), "there is no action %q", one.action.v)
		}
		for _, key := range one.keys {
			if other, found := taken[key.v]; found {
				b.errorAt(key.at, "", "the key %q is %s already", key.v, other)
			}
			taken[key.v] = one.action.v
		}
		out[one.action.v] = values(one.keys)
	}
	return out
}

func (b *builder) userCommand(f *commandFile) Command {
	b.name(f.Name)
	for _, required := range []string{"name", "run", "dangerous"} {
		b.missing(&f.place, required, fmt.Sprintf("add %s:", required), "a command without "+required)
	}
	if f.has("run") && len(f.Run) == 0 {
		b.errorAt(f.key("run"), "", "a command without a program")
	}
	for i, argument := range f.Run {
		b.template(argument)
		if first, _ := model.Expand(argument.v, one); i == 0 && first != argument.v {
			b.errorAt(argument.at, "write it out", "the selection must not choose the program that is run")
		}
	}
	return Command{Name: f.Name.v, Key: f.Key.v, Run: values(f.Run), Dangerous: f.Dangerous.v}
}
