gem "gitlab-omniauth-openid-connect"
require "omniauth_openid_connect"
require "rack"
require "webrick"
require_relative "program"

# The address of the tests' server is http; discovery is over https else.
SWD.url_builder = URI::HTTP
# The button of the application is a link here; a form with a token is OmniAuth's default.
OmniAuth.config.allowed_request_methods = [:get]
OmniAuth.config.silence_get_warning = true
OmniAuth.config.logger.level = Logger::FATAL
server = URI(URL)
application = Rack::Builder.new do
  use Rack::Session::Cookie, secret: SecureRandom.hex(64)
  use OmniAuth::Builder do
    provider :openid_connect,
      name: "latchkey", issuer: URL, discovery: true, scope: [:openid, :profile],
      uid_field: "sub",
      client_options: {
        scheme: server.scheme, host: server.host, port: server.port,
        identifier: CLIENT_ID, secret: CLIENT_SECRET, redirect_uri: REDIRECT_URI
      }
  end
  run ->(env) { [200, {}, [env["omniauth.auth"]&.info&.nickname || env["rack.session"].to_h.inspect]] }
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
finish("gitlab-omniauth-openid-connect", page.fetch("page"))
exit!
