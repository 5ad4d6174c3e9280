import type {
  DescMethod,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  Message,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import { create, getOption, hasOption } from "@bufbuild/protobuf";
import type { Access } from "../../gen/wire/v1/wire_pb.ts";
import { access, dialect } from "../../gen/wire/v1/wire_pb.ts";
import type { RequestProof } from "../domain/oauth/proofs/dpop.ts";
import type { Principal } from "../domain/principal.ts";
import type { Repetition, RequestContext } from "../domain/request-context.ts";
import { actorOf, anonymous } from "../domain/principal.ts";

/** A call as a protocol hands it over. */
export interface IncomingCall {
  readonly method: DescMethod;
  readonly message: Message;
  /** The method of HTTP, and the raw path. */
  readonly verb: string;
  readonly path: string;
  /**
   * The record of the request: its id, the caller that telemetry shows, and how much of the
   * database's time was used before the call, in milliseconds.
   */
  readonly record: { readonly id: string; caller: string; readonly usedMs: number };
  /** A request header by its lower-case name. */
  header(name: string): string | undefined;
  /** Sets a header of the response. */
  setHeader(name: string, value: string): void;
  /** The address of the client, behind trusted proxies. */
  readonly address: string;
  /** When the caller stops waiting, in the `ticks` of `domain/clock.ts`. */
  readonly deadline: number | undefined;
  /** Returns whether the client has gone. */
  aborted(): boolean;
  /** Aborts when the client has gone; only streams have it. */
  readonly signal?: AbortSignal;
}

/** One call on its way through the middleware. */
export class Call implements RequestContext {
  readonly arrival: IncomingCall;
  readonly endpoint: Endpoint<DescMethod>;
  readonly #now: () => number;
  #caller: Principal = anonymous;
  /** Set by the middleware `readRepetition`. */
  repetition: Repetition | undefined;

  constructor(arrival: IncomingCall, endpoint: Endpoint<DescMethod>, now: () => number) {
    this.arrival = arrival;
    this.endpoint = endpoint;
    this.#now = now;
  }

  /** The principal; set by the middleware `authenticate`. */
  get caller(): Principal {
    return this.#caller;
  }

  set caller(caller: Principal) {
    this.#caller = caller;
    this.arrival.record.caller = actorOf(caller);
  }

  /** `package.Service/Method`. */
  get name(): string {
    const { method } = this.endpoint;
    return `${method.parent.typeName}/${method.name}`;
  }

  get requestId(): string {
    return this.arrival.record.id;
  }

  get address(): string {
    return this.arrival.address;
  }

  get userAgent(): string {
    return this.arrival.header("user-agent") ?? "";
  }

  /** The DPoP proof of the request (RFC 9449 section 4); undefined without one. */
  get proof(): RequestProof | undefined {
    const { verb: method, path } = this.arrival;
    const text = this.arrival.header("dpop");
    return text === undefined ? undefined : { text, method, path };
  }

  expired(withinMs = 0): boolean {
    return (
      this.arrival.aborted() ||
      (this.arrival.deadline !== undefined && this.arrival.deadline <= this.#now() + withinMs)
    );
  }
}

/** A method with its declarations in the contract and its implementation. */
export interface Endpoint<Method extends DescMethod = DescMethodUnary> {
  readonly method: Method;
  /** The API that it belongs to: the audience of its tokens. */
  readonly api: string;
  readonly access: Access;
  readonly implementation: (message: Message, call: Call) => Promise<Message>;
}

/** A method that streams its response. */
export interface StreamEndpoint extends Omit<
  Endpoint<DescMethodServerStreaming>,
  "implementation"
> {
  readonly stream: (message: Message, call: Call) => AsyncIterable<Message>;
}

/** One function for every unary method of a service. */
export type Implementation<Service extends DescService> = {
  readonly [
    Name in keyof Service["method"] as Service["method"][Name] extends DescMethodUnary
      ? Name
      : never
  ]: Service["method"][Name] extends DescMethodUnary<infer Input, infer Output>
    ? (message: MessageShape<Input>, call: Call) => Promise<MessageInitShape<Output>>
    : never;
};

/** One function for every method of a service that streams its response. */
export type StreamImplementation<Service extends DescService> = {
  readonly [
    Name in keyof Service["method"] as Service["method"][Name] extends DescMethodServerStreaming
      ? Name
      : never
  ]: Service["method"][Name] extends DescMethodServerStreaming<infer Input, infer Output>
    ? (message: MessageShape<Input>, call: Call) => AsyncIterable<MessageInitShape<Output>>
    : never;
};

/** A service and its implementation. */
export interface ServiceBinding {
  readonly service: DescService;
  readonly endpoints: readonly Endpoint[];
  readonly streams: readonly StreamEndpoint[];
  /** Returns a response that is in memory and the same for every caller. */
  readonly inMemory?: (method: DescMethod) => Message | undefined;
}

/** Binds a service to its implementation. Throws for a method without declared callers. */
export function bind<Service extends DescService>(
  service: Service,
  implementation: Implementation<Service>,
  streams?: StreamImplementation<Service>,
): ServiceBinding {
  const functions = implementation as Readonly<
    Record<string, ((message: Message, call: Call) => Promise<object>) | undefined>
  >;
  const endpoints = service.methods.flatMap((method): Endpoint[] => {
    requireAccess(method);
    if (method.methodKind !== "unary") return [];
    const run = functions[method.localName];
    if (run === undefined)
      throw new Error(`${method.parent.typeName}.${method.name} has no implementation`);
    return [
      {
        method: method as DescMethodUnary,
        api: getOption(service, dialect).name,
        access: getOption(method, access),
        implementation: async (message, call) =>
          create(
            method.output,
            (await run(message, call)) as MessageInitShape<typeof method.output>,
          ),
      },
    ];
  });
  return { service, endpoints, streams: streamsOf(service, streams ?? {}) };
}

function streamsOf(service: DescService, implementation: object): StreamEndpoint[] {
  const functions = implementation as Readonly<
    Record<string, ((message: Message, call: Call) => AsyncIterable<object>) | undefined>
  >;
  return service.methods.flatMap((method): StreamEndpoint[] => {
    if (method.methodKind !== "server_streaming") return [];
    const run = functions[method.localName];
    if (run === undefined)
      throw new Error(`${method.parent.typeName}.${method.name} has no implementation`);
    return [
      {
        method: method as DescMethodServerStreaming,
        api: getOption(service, dialect).name,
        access: getOption(method, access),
        stream: async function* (message, call) {
          for await (const each of run(message, call))
            yield create(method.output, each as MessageInitShape<typeof method.output>);
        },
      },
    ];
  });
}

/** Throws an Error for a method whose callers are not declared. */
function requireAccess(method: DescMethod): void {
  const rule = hasOption(method, access) ? getOption(method, access) : undefined;
  if (
    rule === undefined ||
    !(rule.anyone || rule.user || rule.clientScopes.length > 0 || rule.userScopes.length > 0)
  ) {
    throw new Error(
      `${method.parent.typeName}.${method.name} does not declare who may call it: ` +
        "set the option wire.v1.access",
    );
  }
}

/** One step of every call; `next` does the steps after it. */
export type Middleware = (call: Call, next: () => Promise<Message>) => Promise<Message>;

/** Runs a call through all middleware to its implementation. */
export type Run = (arrival: IncomingCall) => Promise<Message>;

/** Puts the middleware, in its order, before what a call does. */
const chain = (steps: readonly Middleware[]): ((call: Call) => Promise<Message>) =>
  steps.reduceRight<(call: Call) => Promise<Message>>(
    (next, step) => (call) => step(call, () => next(call)),
    (call) => call.endpoint.implementation(call.arrival.message, call),
  );

/** Puts the middleware, in its order, before every endpoint. */
export function createRun(
  bindings: readonly ServiceBinding[],
  steps: readonly Middleware[],
  now: () => number,
): Run {
  const endpoints = new Map<DescMethod, Endpoint>(
    bindings.flatMap((binding) => binding.endpoints.map((endpoint) => [endpoint.method, endpoint])),
  );
  const pass = chain(steps);
  return (arrival) => {
    const endpoint = endpoints.get(arrival.method);
    if (endpoint === undefined) throw new Error(`${arrival.method.name} is not bound`);
    return pass(new Call(arrival, endpoint, now));
  };
}

/** Runs a call whose response is a stream through all middleware. */
export type RunStream = (arrival: IncomingCall) => AsyncGenerator<Message>;

/** So many messages of a stream are sent before its call passes the middleware again. */
const STREAM_PART = 200;

/**
 * Puts the middleware before every part of a stream: a stream ends when its credential or its time
 * has ended, and every failure is one that the middleware has seen.
 */
export function createRunStream(
  bindings: readonly ServiceBinding[],
  steps: readonly Middleware[],
  now: () => number,
): RunStream {
  const endpoints = new Map<DescMethod, StreamEndpoint>(
    bindings.flatMap(({ streams }) => streams.map((endpoint) => [endpoint.method, endpoint])),
  );
  const pass = chain(steps);
  return async function* (arrival) {
    const endpoint = endpoints.get(arrival.method);
    if (endpoint === undefined) throw new Error(`${arrival.method.name} is not bound`);
    let messages: AsyncIterator<Message> | undefined;
    let isDone = false;
    let part: Message[] = [];
    const read = async (message: Message, call: Call): Promise<Message> => {
      messages ??= endpoint.stream(message, call)[Symbol.asyncIterator]();
      for (part = []; part.length < STREAM_PART && !isDone;) {
        const { done = false, value } = await messages.next();
        if (done) isDone = true;
        else part.push(value as Message);
      }
      return message;
    };
    const call = new Call(arrival, { ...endpoint, implementation: read }, now);
    // It ends after the message that is being made, and no client waits for that.
    const end = (): void => void messages?.return?.().catch(() => undefined);
    // Of a client that doesn't read, the next message is never asked for.
    arrival.signal?.addEventListener("abort", end, { once: true });
    try {
      while (!isDone) {
        await pass(call);
        yield* part;
      }
    } finally {
      end();
    }
  };
}
