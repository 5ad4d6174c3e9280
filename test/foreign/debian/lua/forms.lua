-- LuaSocket: a request with its headers and its body by hand.
local http = require "socket.http"
local ltn12 = require "ltn12"
local socket = require "socket"
local url, user = os.getenv "LATCHKEY_URL", os.getenv "NEW_USER"

local function send(path, headers, body)
  local chunks = {}
  headers["content-length"] = body and #body
  local _, status = http.request {
    url = url .. path,
    method = body and "POST" or "GET",
    headers = headers,
    source = body and ltn12.source.string(body),
    sink = ltn12.sink.table(chunks),
  }
  assert(status == 200, status .. table.concat(chunks))
  return table.concat(chunks)
end

local function read(text, field)
  return assert(text:match('"' .. field .. '": *"([^"]*)"'), text)
end

local fields = "AccID=of-" .. user .. "&Email=" .. user .. "%40example.com&Password=secret+1+%C3%BC"
local more = "&UserID=" .. user .. "&Bundle=com.example&OSInt=0&GAID=d"
local form = "application/x-www-form-urlencoded"
read(send("/user/create", { ["content-type"] = form }, fields .. more), "token")
read(send("/user/login", { ["content-type"] = form }, fields), "token")
local json = '{"username": "' .. user .. '", "password": "secret 1 ü"}'
local session = send("/v1/sessions", { ["content-type"] = "application/json" }, json)
local authorization = "Bearer " .. read(session, "accessToken")
local me = send("/v1/users/me", { authorization = authorization })
print(('result {"version": "%s", "username": "%s"}'):format(
  socket._VERSION:match "LuaSocket (.*)", read(me, "username")))
