// A server without a network, for what the SDK does with answers that a real one seldom gives. It
// owns what was asked of it, and must not know what is tested.
import type { DescMethod, DescMethodServerStreaming, DescMethodUnary } from "@bufbuild/protobuf";
import {
  type ConnectRouter,
  createRouterTransport,
  type HandlerContext,
} from "@connectrpc/connect";
import { createLatchkey, type Latchkey, type LatchkeyOptions } from "../../sdk/src/index.ts";
import {
  AuditService,
  BrandingService,
  OAuthService,
  PredecessorService,
  ResourceService,
  UserService,
} from "../../sdk/src/identity.ts";

/** A call that came. */
export interface Asked {
  readonly method: string;
  readonly authorization: string | null;
}

type Message = Record<string, unknown>;

/** What the server does instead of answering an empty message. */
export type Answers = Readonly<
  Record<string, (asked: Asked, context: HandlerContext) => Message | Promise<Message>>
>;

/** A client of a server that answers so, and all that it was asked. */
export function fakeServer(
  answers: Answers = {},
  options: Partial<LatchkeyOptions> = {},
): { latchkey: Latchkey; asked: Asked[]; count(method: string): number } {
  const asked: Asked[] = [];
  const answer = async (method: DescMethod, context: HandlerContext): Promise<Message> => {
    const call = {
      method: method.localName,
      authorization: context.requestHeader.get("authorization"),
    };
    asked.push(call);
    if (answers[call.method] !== undefined) return answers[call.method]!(call, context);
    return call.method === "token"
      ? { accessToken: `token-${count("token")}`, expiresIn: 100 }
      : {};
  };
  const count = (method: string): number => asked.filter((call) => call.method === method).length;
  const routes = ({ rpc }: ConnectRouter): void => {
    for (const service of [
      UserService,
      OAuthService,
      AuditService,
      BrandingService,
      PredecessorService,
      ResourceService,
    ])
      for (const method of service.methods)
        if (method.methodKind === "server_streaming")
          rpc(method as DescMethodServerStreaming, async function* (_, context) {
            yield await answer(method, context);
          });
        else
          rpc(method as DescMethodUnary, (_, context) =>
            answer(method as DescMethodUnary, context),
          );
  };
  const latchkey = createLatchkey({
    baseUrl: "http://127.0.0.1:1",
    clientId: "my client",
    clientSecret: "s:ö",
    transport: createRouterTransport(routes),
    ...options,
  });
  return { latchkey, asked, count };
}

/** Calls every method of a client with an empty message. */
export async function callEverything(latchkey: Latchkey): Promise<void> {
  type Method = (message: object) => Promise<object> | AsyncIterable<object>;
  const clients: Readonly<Record<string, Method>>[] = [
    latchkey.users as never,
    latchkey.oauth as never,
    latchkey.audit as never,
    latchkey.branding as never,
    latchkey.predecessors as never,
    latchkey.resources as never,
  ];
  for (const client of clients)
    for (const call of Object.values(client)) {
      const answered = call({});
      if (Symbol.asyncIterator in answered) for await (const message of answered) void message;
      else await answered;
    }
}
