# Erlang's httpc, which Elixir programs have without a package.
{:ok, _} = Application.ensure_all_started(:inets)
url = System.fetch_env!("LATCHKEY_URL")
user = System.fetch_env!("NEW_USER")

send = fn method, request ->
  {:ok, {{_, 200, _}, _, body}} = :httpc.request(method, request, [], body_format: :binary)
  body
end

post = fn path, type, body -> send.(:post, {to_charlist(url <> path), [], type, body}) end
read = fn body, field -> Regex.run(~r/"#{field}": *"([^"]*)"/, body) |> Enum.at(1) end

fields = %{"AccID" => "of-" <> user, "Email" => user <> "@example.com", "Password" => "secret 1 ü"}
more = %{"UserID" => user, "Bundle" => "com.example", "OSInt" => "0", "GAID" => "d"}
form = 'application/x-www-form-urlencoded'
"Login successful" =
  Enum.map(["/user/create", "/user/login"], fn path ->
    given = if path == "/user/create", do: Map.merge(fields, more), else: fields
    post.(path, form, URI.encode_query(given)) |> read.("message")
  end)
  |> List.last()

json = ~s({"username": "#{user}", "password": "secret 1 ü"})
token = post.("/v1/sessions", 'application/json', json) |> read.("accessToken")
authorization = {'authorization', to_charlist("Bearer " <> token)}
me = send.(:get, {to_charlist(url <> "/v1/users/me"), [authorization]})
version = :code.lib_dir(:inets) |> to_string() |> String.split("-") |> List.last()
IO.puts(~s(result {"version": "#{version}", "username": "#{read.(me, "username")}"}))
