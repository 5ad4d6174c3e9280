// The text above all operations: what is the same for every operation, and what OpenAPI can't say.

const reflectionText = (isOn: boolean): string =>
  isOn
    ? "The server supports reflection, so that `buf curl` and `grpcurl` need no schema."
    : "Reflection is off here; the schema is in `proto/`.";

/** Returns the text, in Markdown. */
export const introduction = (reflection: boolean): string => `\
One set of users behind every protocol. This page is made from the contract that the server itself
obeys: paths, parameters, statuses, texts and reasons are those of this server, with its settings.

**The same calls by gRPC, gRPC-Web and Connect.** \`UserService\`, \`OAuthService\`,
\`AuditService\`, \`BrandingService\`, \`ResourceService\` and \`PredecessorService\` are on this
port too, over HTTP/1.1 and HTTP/2, at \`/identity.v1.UserService/GetUser\` and so on.
${reflectionText(reflection)} Credentials are the same: \`authorization: Bearer <token>\`, and for
a token that is bound to a key \`DPoP <token>\` with a proof in \`dpop\` (RFC 9449), else
401 DPOP_PROOF_INVALID.

**Failures** have a reason, the same on every protocol: \`google.rpc.ErrorInfo\` has it. Over plain
HTTP a failure is a \`google.rpc.Status\`. OAuth 2.0 endpoints answer as RFC 6749 section 5.2 says,
the documented APIs as their documents say. Programs should use the reason or the status, never a
text.

**Every path** answers other methods than those listed with 405 and \`allow\`, and \`HEAD\`
wherever \`GET\` has no effects. A body may have 64 KiB and be compressed by gzip.
Numbers of 64 bits are strings in JSON, and a \`null\` counts as an absent member. Every response
has \`x-request-id\`.`;
