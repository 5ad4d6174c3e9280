// HttpClient of .NET, run by Mono: its multipart form has names without quotes.
using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

static class Forms
{
    static readonly HttpClient client = new HttpClient();
    static readonly string url = Environment.GetEnvironmentVariable("LATCHKEY_URL");

    static string Read(HttpResponseMessage response, string field)
    {
        var body = response.Content.ReadAsStringAsync().Result;
        var found = Regex.Match(body, "\"" + field + "\": *\"([^\"]*)\"");
        if (!found.Success) throw new Exception(body);
        return found.Groups[1].Value;
    }

    static string Post(string path, HttpContent content, string field)
    {
        return Read(client.PostAsync(url + path, content).Result, field);
    }

    static void Main()
    {
        var user = Environment.GetEnvironmentVariable("NEW_USER");
        var fields = new Dictionary<string, string> {
            { "AccID", "of-" + user }, { "Email", user + "@example.com" }, { "Password", "secret 1 ü" },
        };
        var more = new Dictionary<string, string>(fields) {
            { "UserID", user }, { "Bundle", "com.example" }, { "OSInt", "0" }, { "GAID", "d" },
        };
        Post("/user/create", new FormUrlEncodedContent(more), "token");
        var parts = new MultipartFormDataContent();
        foreach (var field in fields) parts.Add(new StringContent(field.Value), field.Key);
        Post("/user/login", parts, "token");
        var json = "{\"username\": \"" + user + "\", \"password\": \"secret 1 ü\"}";
        var token = Post("/v1/sessions", new StringContent(json, Encoding.UTF8, "application/json"), "accessToken");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var name = Read(client.GetAsync(url + "/v1/users/me").Result, "username");
        var version = Environment.GetEnvironmentVariable("PACKAGE_VERSION");
        Console.WriteLine("result {\"version\": \"" + version + "\", \"username\": \"" + name + "\"}");
    }
}
