// Renders templates as the External Secrets Operator does (runtime/template/v2/template.go): Go's own with sprig's functions but two.
package main

import (
	"bytes"
	"encoding/json"
	"log"
	"os"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

type question struct {
	Template string            `json:"template"`
	Values   map[string]string `json:"values"`
}

type answer struct {
	Text  string `json:"text"`
	Error string `json:"error"`
}

func render(asked question) (string, error) {
	functions := sprig.TxtFuncMap()
	delete(functions, "env")
	delete(functions, "expandenv")
	parsed, err := template.New("key").Option("missingkey=error").Funcs(functions).Parse(asked.Template)
	if err != nil {
		return "", err
	}
	var text bytes.Buffer
	err = parsed.Execute(&text, asked.Values)
	return text.String(), err
}

func main() {
	var asked []question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		log.Fatal(err)
	}
	answers := make([]answer, len(asked))
	for i, one := range asked {
		text, err := render(one)
		answers[i].Text = text
		if err != nil {
			answers[i].Error = err.Error()
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}
