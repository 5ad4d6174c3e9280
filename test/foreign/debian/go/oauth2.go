// golang.org/x/oauth2 of Debian: PKCE goes by SetAuthURLParam.
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

	"golang.org/x/oauth2"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	server := os.Getenv("LATCHKEY_URL")
	config := oauth2.Config{
		ClientID:     os.Getenv("CLIENT_ID"),
		ClientSecret: os.Getenv("CLIENT_SECRET"),
		RedirectURL:  os.Getenv("REDIRECT_URI"),
		Scopes:       []string{"profile"},
		Endpoint: oauth2.Endpoint{
			AuthURL:  server + "/oauth2/authorize",
			TokenURL: server + "/oauth2/token",
		},
	}
	random := make([]byte, 32)
	_, err := rand.Read(random)
	check(err)
	verifier := base64.RawURLEncoding.EncodeToString(random)
	digest := sha256.Sum256([]byte(verifier))
	fmt.Println("open", config.AuthCodeURL("of-this-browser",
		oauth2.SetAuthURLParam("code_challenge", base64.RawURLEncoding.EncodeToString(digest[:])),
		oauth2.SetAuthURLParam("code_challenge_method", "S256")))
	lines := bufio.NewScanner(os.Stdin)
	lines.Scan()
	back, err := url.Parse(lines.Text())
	check(err)
	ctx := context.Background()
	token, err := config.Exchange(ctx, back.Query().Get("code"),
		oauth2.SetAuthURLParam("code_verifier", verifier))
	check(err)
	response, err := config.Client(ctx, token).Get(server + "/v1/users/me")
	check(err)
	var me struct{ User struct{ Username string } }
	check(json.NewDecoder(response.Body).Decode(&me))
	version, err := exec.Command("dpkg-query", "--show", "--showformat=${source:Upstream-Version}",
		"golang-golang-x-oauth2-dev").Output()
	check(err)
	result, err := json.Marshal(map[string]string{
		"version": string(version), "username": me.User.Username})
	check(err)
	fmt.Println("result", string(result))
}
