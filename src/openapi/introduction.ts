// What stands above all calls. It owns the words for what is the same everywhere and for the ways
// in that OpenAPI has no words for.

/** The text, in Markdown. */
export const introduction = (
  reflection: boolean,
): string => `One set of users behind every protocol. This page is made from the contract that the server itself obeys: paths,
parameters, statuses, texts and reasons are those of this server, with the settings that it runs with.

**The same calls by gRPC, gRPC-Web and Connect.** \`UserService\` and \`OAuthService\` answer them on this port too, over HTTP/1.1 and HTTP/2, at
\`/identity.v1.UserService/GetUser\` and so on. ${reflection ? "The server answers reflection, so that `buf curl` and `grpcurl` need no schema." : "Reflection is off here; the schema is in `proto/`."} Credentials are the same:
\`authorization: Bearer <token>\`.

**Failures** have a reason, the same on every protocol: \`google.rpc.ErrorInfo\` carries it. Over plain HTTP a failure is a \`google.rpc.Status\`; OAuth 2.0
endpoints answer as RFC 6749 section 5.2 says, the documented APIs as their documents say. Programs should go by the reason or the
status, never by a text.

**Every path** answers other methods than those listed with 405 and \`allow\`, and \`HEAD\` wherever it answers \`GET\`. A body may have 64 KiB and be
compressed by gzip. Numbers of 64 bits are strings in JSON, and a \`null\` that is sent is
as if it were left out. The answer to every call has \`x-request-id\`.`;
