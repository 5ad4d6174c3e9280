import { createRequire } from "node:module";
import { clientId, clientSecret, finish, open, url } from "../program.mjs";
import { listen, origin } from "./application.mjs";

process.env.NEXTAUTH_URL = origin;
const { default: NextAuth } = createRequire(import.meta.url)("next-auth");

/** The provider of OAuth 2.0 alone, as docs/clients.md has it. */
const provider = {
  issuer: url,
  authorization: { url: `${url}/oauth2/authorize`, params: { scope: "profile" } },
  token: `${url}/oauth2/token`,
  userinfo: `${url}/v1/users/me`,
  checks: ["pkce", "state"],
  profile: ({ user }) => ({ id: user.id, name: user.username, email: user.email }),
};
const handler = NextAuth({
  secret: "of the session's cookie",
  providers: [
    { id: "latchkey", name: "Latchkey", type: "oauth", clientId, clientSecret, ...provider },
  ],
});

/** What Next.js adds to Node's request and response. */
async function serve(request, response) {
  const { pathname, searchParams } = new URL(request.url, origin);
  let body = "";
  for await (const chunk of request) body += chunk;
  const cookies = Object.fromEntries(
    (request.headers.cookie ?? "")
      .split("; ")
      .filter(Boolean)
      .map((pair) => [
        pair.slice(0, pair.indexOf("=")),
        decodeURIComponent(pair.slice(pair.indexOf("=") + 1)),
      ]),
  );
  const query = {
    ...Object.fromEntries(searchParams),
    nextauth: pathname.replace("/api/auth/", "").split("/"),
  };
  response.status = (code) => Object.assign(response, { statusCode: code });
  response.json = (value) => response.end(JSON.stringify(value));
  response.send = (value) =>
    typeof value === "string" ? response.end(value) : response.json(value);
  const type = request.headers["content-type"] ?? "";
  await handler(
    Object.assign(request, {
      query,
      cookies,
      body: type.includes("json")
        ? JSON.parse(body)
        : Object.fromEntries(new URLSearchParams(body)),
    }),
    response,
  );
}
await listen(serve);
const to = encodeURIComponent(`${origin}/api/auth/session`);
const { page } = JSON.parse(await open(`${origin}/api/auth/signin?callbackUrl=${to}`));
finish("next-auth", { username: JSON.parse(page).user.name });
