gem "omniauth-oauth2"
require "omniauth-oauth2"
require "rack"
require "webrick"
require_relative "program"

# A strategy as an application's gem would have it.
class Latchkey < OmniAuth::Strategies::OAuth2
  option :name, "latchkey"
  option :client_options, site: URL, authorize_url: "/oauth2/authorize", token_url: "/oauth2/token"
  option :pkce, true
  option :scope, "profile"
  uid { raw_info["id"] }
  info { { name: raw_info["username"], email: raw_info["email"] } }

  def raw_info
    @raw_info ||= access_token.get("/v1/users/me").parsed.fetch("user")
  end

  # omniauth-oauth2 has the callback's query in it otherwise.
  def callback_url
    full_host + callback_path
  end
end

# The button of the application is a link here; a form with a token is OmniAuth's default.
OmniAuth.config.allowed_request_methods = [:get]
OmniAuth.config.silence_get_warning = true
OmniAuth.config.logger.level = Logger::FATAL
application = Rack::Builder.new do
  use Rack::Session::Cookie, secret: SecureRandom.hex(64)
  use(OmniAuth::Builder) { provider Latchkey, CLIENT_ID, CLIENT_SECRET }
  run ->(env) { [200, {}, [env["omniauth.auth"]&.info&.name || env["rack.session"].to_h.inspect]] }
end
Thread.new do
  Rack::Handler::WEBrick.run(
    application,
    Host: "127.0.0.1", Port: ENV.fetch("PORT").to_i, AccessLog: [],
    Logger: WEBrick::Log.new(nil, 0), StartCallback: -> { $ready = true }
  )
end
sleep 0.05 until $ready
page = JSON.parse(open_page("http://127.0.0.1:#{ENV.fetch("PORT")}/auth/latchkey"))
finish("omniauth-oauth2", page.fetch("page"))
exit!
