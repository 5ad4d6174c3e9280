// omniauth_openid_connect for Ruby, in a file that rackup runs. Rails has the same middleware.
import type { Facts, Library } from "./facts.ts";
import { inRuby as ruby } from "./quoting.ts";

const web = (facts: Facts): string => {
  const { protocol, hostname, port } = new URL(facts.issuer);
  const scopes = facts.scope.split(" ").map(ruby).join(", ");
  const isPlain = facts.isPlain ? "SWD.url_builder = URI::HTTP # the server has no TLS yet\n" : "";
  return `# gem install omniauth_openid_connect rackup webrick
# LATCHKEY_CLIENT_SECRET=… SESSION_SECRET=… rackup -p ${facts.port} config.ru
require "json"
require "omniauth_openid_connect"
require "rack"

${isPlain}use Rack::Session::Cookie, secret: ENV.fetch("SESSION_SECRET"), same_site: :lax
use OmniAuth::Builder do
  provider :openid_connect,
    name: :latchkey,
    issuer: ${ruby(facts.issuer)},
    discovery: true,
    scope: [${scopes}],
    uid_field: "sub",
    pkce: true,
    callback_path: ${ruby(facts.callback.pathname)},
    client_options: {
      scheme: ${ruby(protocol.slice(0, -1))},
      host: ${ruby(hostname)},
      port: ${port === "" ? (facts.isPlain ? 80 : 443) : port},
      identifier: ${ruby(facts.id)},
      secret: ENV.fetch("LATCHKEY_CLIENT_SECRET"),
      redirect_uri: ${ruby(facts.callback.href)}
    }
end

run(lambda do |env|
  user = env["omniauth.auth"]
  if user
    # Begin a session of your own here.
    [200, { "content-type" => "application/json" }, [user.extra.raw_info.to_h.to_json]]
  else
    token = Rack::Protection::AuthenticityToken.token(env["rack.session"])
    button = %(<form method="post" action="/auth/latchkey">
      <input type="hidden" name="authenticity_token" value="#{token}">
      <button>Sign in</button></form>)
    [200, { "content-type" => "text/html" }, [button]]
  end
end)`;
};

export const omniauth: readonly Library[] = [
  {
    name: "omniauth",
    title: "omniauth_openid_connect",
    platform: "Ruby, Rails",
    kind: "web",
    code: web,
  },
];
