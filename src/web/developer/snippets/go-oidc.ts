// go-oidc and golang.org/x/oauth2 for Go.
import type { Facts, Library } from "./facts.ts";
import { inPython as go } from "./quoting.ts";

const web = (facts: Facts): string => `// go get github.com/coreos/go-oidc/v3 golang.org/x/oauth2
// LATCHKEY_CLIENT_SECRET=… go run .
package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"net/url"
	"os"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

func random() string {
	bytes := make([]byte, 32)
	if _, err := rand.Read(bytes); err != nil {
		log.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(bytes)
}

// keep stores a value in the browser until it comes back.
func keep(w http.ResponseWriter, name string) string {
	value := random()
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: 600,
		HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: ${String(facts.callback.protocol === "https:")}})
	return value
}

func kept(r *http.Request, name string) string {
	cookie, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return cookie.Value
}

func main() {
	ctx := context.Background()
	provider, err := oidc.NewProvider(ctx, ${go(facts.issuer)})
	if err != nil {
		log.Fatal(err)
	}
	config := oauth2.Config{
		ClientID:     ${go(facts.id)},
		ClientSecret: os.Getenv("LATCHKEY_CLIENT_SECRET"),
		RedirectURL:  ${go(facts.callback.href)},
		Scopes:       []string{${facts.scope.split(" ").map(go).join(", ")}},
		Endpoint:     provider.Endpoint(),
	}
	callback, err := url.Parse(config.RedirectURL)
	if err != nil {
		log.Fatal(err)
	}

	login := func(w http.ResponseWriter, r *http.Request) {
		challenge := sha256.Sum256([]byte(keep(w, "verifier")))
		http.Redirect(w, r, config.AuthCodeURL(keep(w, "state"), oidc.Nonce(keep(w, "nonce")),
			oauth2.SetAuthURLParam("code_challenge_method", "S256"),
			oauth2.SetAuthURLParam("code_challenge",
				base64.RawURLEncoding.EncodeToString(challenge[:]))), http.StatusFound)
	}
	finish := func(r *http.Request) (map[string]any, error) {
		state, query := kept(r, "state"), r.URL.Query()
		if state == "" || query.Get("state") != state {
			return nil, errors.New("the state is another one")
		}
		token, err := config.Exchange(r.Context(), query.Get("code"),
			oauth2.SetAuthURLParam("code_verifier", kept(r, "verifier")))
		if err != nil {
			return nil, err
		}
		raw, _ := token.Extra("id_token").(string)
		verifier := provider.Verifier(&oidc.Config{ClientID: config.ClientID})
		idToken, err := verifier.Verify(r.Context(), raw)
		if err != nil {
			return nil, err
		}
		user, err := provider.UserInfo(r.Context(), config.TokenSource(r.Context(), token))
		if err != nil {
			return nil, err
		}
		if idToken.Nonce != kept(r, "nonce") || user.Subject != idToken.Subject {
			return nil, errors.New("the ID token is another one")
		}
		claims := map[string]any{}
		return claims, user.Claims(&claims)
	}
	handler := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != callback.Path {
			login(w, r)
			return
		}
		user, err := finish(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		// Begin a session of your own here.
		json.NewEncoder(w).Encode(user)
	}
	log.Fatal(http.ListenAndServe(":${facts.port}", http.HandlerFunc(handler)))
}`;

const machine = (facts: Facts): string => `// go get golang.org/x/oauth2
// LATCHKEY_CLIENT_SECRET=… go run .
package main

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"

	"golang.org/x/oauth2/clientcredentials"
)

func main() {
	issuer := ${go(facts.issuer)}
	config := clientcredentials.Config{
		ClientID:     ${go(facts.id)},
		ClientSecret: os.Getenv("LATCHKEY_CLIENT_SECRET"),
		TokenURL:     issuer + "/oauth2/token",
	}
	ctx := context.Background()
	token, err := config.Token(ctx)
	if err != nil {
		log.Fatal(err)
	}
	// Call an API with config.Client(ctx), and ask here what the token is good for:
	response, err := http.PostForm(issuer+"/oauth2/introspect", url.Values{
		"token":         {token.AccessToken},
		"client_id":     {config.ClientID},
		"client_secret": {config.ClientSecret},
	})
	if err != nil {
		log.Fatal(err)
	}
	io.Copy(os.Stdout, response.Body)
}`;

export const goOidc: readonly Library[] = [
  { name: "go-oidc", title: "go-oidc", platform: "Go", kind: "web", code: web },
  {
    name: "go-oauth2-machine",
    title: "golang.org/x/oauth2",
    platform: "Go",
    kind: "machine",
    code: machine,
  },
];
