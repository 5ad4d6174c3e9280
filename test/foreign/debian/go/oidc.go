// go-oidc of Debian, with golang.org/x/oauth2: PKCE and nonce go by SetAuthURLParam.
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"

	"github.com/coreos/go-oidc"
	"golang.org/x/oauth2"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func random() string {
	bytes := make([]byte, 32)
	_, err := rand.Read(bytes)
	check(err)
	return base64.RawURLEncoding.EncodeToString(bytes)
}

func main() {
	ctx := context.Background()
	provider, err := oidc.NewProvider(ctx, os.Getenv("LATCHKEY_URL"))
	check(err)
	config := oauth2.Config{
		ClientID:     os.Getenv("CLIENT_ID"),
		ClientSecret: os.Getenv("CLIENT_SECRET"),
		RedirectURL:  os.Getenv("REDIRECT_URI"),
		Scopes:       []string{oidc.ScopeOpenID, "profile"},
		Endpoint:     provider.Endpoint(),
	}
	verifier, nonce := random(), random()
	digest := sha256.Sum256([]byte(verifier))
	fmt.Println("open", config.AuthCodeURL(random(), oidc.Nonce(nonce),
		oauth2.SetAuthURLParam("code_challenge", base64.RawURLEncoding.EncodeToString(digest[:])),
		oauth2.SetAuthURLParam("code_challenge_method", "S256")))
	lines := bufio.NewScanner(os.Stdin)
	lines.Scan()
	back, err := url.Parse(lines.Text())
	check(err)
	token, err := config.Exchange(ctx, back.Query().Get("code"),
		oauth2.SetAuthURLParam("code_verifier", verifier))
	check(err)
	idToken, err := provider.Verifier(&oidc.Config{ClientID: config.ClientID}).
		Verify(ctx, token.Extra("id_token").(string))
	check(err)
	check(idToken.VerifyAccessToken(token.AccessToken))
	if idToken.Nonce != nonce {
		panic("another nonce")
	}
	user, err := provider.UserInfo(ctx, config.TokenSource(ctx, token))
	check(err)
	if user.Subject != idToken.Subject {
		panic("another subject")
	}
	var claims struct {
		Username string `json:"preferred_username"`
	}
	check(user.Claims(&claims))
	version, err := exec.Command("dpkg-query", "--show", "--showformat=${source:Upstream-Version}",
		"golang-github-coreos-go-oidc-dev").Output()
	check(err)
	result, err := json.Marshal(map[string]string{
		"version": string(version), "username": claims.Username})
	check(err)
	fmt.Println("result", string(result))
}
