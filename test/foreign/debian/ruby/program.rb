# The names of the environment and the lines that test/foreign/run-client.ts reads.
require "digest"
require "json"
require "securerandom"

URL = ENV.fetch("LATCHKEY_URL")
CLIENT_ID, CLIENT_SECRET, REDIRECT_URI = ENV.values_at("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI")

# Sends the browser off and returns where it came back.
def open_page(address)
  puts "open #{address}"
  $stdout.flush
  $stdin.gets.chomp
end

# Says who the user is that the gem signed in.
def finish(gem, username)
  puts "result #{JSON.generate(version: Gem.loaded_specs.fetch(gem).version.to_s, username: username)}"
  $stdout.flush
end
