// @grpc/grpc-js as a Transport, so that one typed client speaks through it as through the others.
import type {
  DescMessage,
  DescMethodStreaming,
  DescMethodUnary,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { StreamResponse, Transport, UnaryResponse } from "@connectrpc/connect";
import { ConnectError } from "@connectrpc/connect";
import type {
  CallOptions,
  ChannelCredentials,
  ClientOptions,
  MethodDefinition,
  ServiceError,
} from "@grpc/grpc-js";
import { Client, compressionAlgorithms, credentials, Metadata } from "@grpc/grpc-js";
import { StatusSchema } from "../../gen/google/rpc/status_pb.ts";

/** A method as grpc-js wants it. */
export function definitionOf<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O> | DescMethodStreaming<I, O>,
): MethodDefinition<MessageShape<I>, MessageShape<O>> {
  const serialize = (message: MessageShape<DescMessage>, desc: DescMessage): Buffer =>
    Buffer.from(toBinary(desc, message));
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream:
      method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    responseStream:
      method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming",
    requestSerialize: (message) => serialize(message, method.input),
    requestDeserialize: (bytes) => fromBinary(method.input, bytes),
    responseSerialize: (message) => serialize(message, method.output),
    responseDeserialize: (bytes) => fromBinary(method.output, bytes),
  };
}

/** What a server of this repository is reached by. */
export interface GrpcJsTransport extends Transport {
  close(): void;
}

/** Opens a channel; `compress` sends every message with gzip. */
export function createGrpcJsTransport(
  url: string,
  { secure, compress = false }: { secure?: ChannelCredentials; compress?: boolean } = {},
): GrpcJsTransport {
  const compression: ClientOptions = compress
    ? { "grpc.default_compression_algorithm": compressionAlgorithms.gzip }
    : {};
  const options: ClientOptions =
    secure === undefined
      ? compression
      : { ...compression, "grpc.ssl_target_name_override": "localhost" };
  const client = new Client(new URL(url).host, secure ?? credentials.createInsecure(), options);

  function unary<I extends DescMessage, O extends DescMessage>(
    ...[method, signal, timeoutMs, header, input]: [
      DescMethodUnary<I, O>,
      AbortSignal | undefined,
      number | undefined,
      HeadersInit | undefined,
      MessageInitShape<I>,
    ]
  ): Promise<UnaryResponse<I, O>> {
    const { path, requestSerialize, responseDeserialize } = definitionOf(method);
    return new Promise((resolve, reject) => {
      let headers = new Metadata();
      const done = (error: ServiceError | null, message?: MessageShape<O>): void => {
        if (error !== null) reject(connectErrorOf(error));
        else if (message !== undefined)
          resolve({
            stream: false,
            method,
            service: method.parent,
            message,
            header: headersOf(headers),
            trailer: new Headers(),
          });
      };
      const call = client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        create(method.input, input),
        metadataOf(header),
        optionsOf(timeoutMs),
        done,
      );
      call.on("metadata", (metadata: Metadata) => void (headers = metadata));
      signal?.addEventListener("abort", () => call.cancel(), { once: true });
    });
  }

  async function stream<I extends DescMessage, O extends DescMessage>(
    ...[method, signal, timeoutMs, header, input]: [
      DescMethodStreaming<I, O>,
      AbortSignal | undefined,
      number | undefined,
      HeadersInit | undefined,
      AsyncIterable<MessageInitShape<I>>,
    ]
  ): Promise<StreamResponse<I, O>> {
    const { path, requestStream, requestSerialize, responseDeserialize } = definitionOf(method);
    const [metadata, callOptions] = [metadataOf(header), optionsOf(timeoutMs)];
    const messages = input[Symbol.asyncIterator]();
    const next = async (): Promise<MessageShape<I> | undefined> => {
      const { value, done } = await messages.next();
      return done === true ? undefined : create(method.input, value as MessageInitShape<I>);
    };
    const bidi = requestStream
      ? client.makeBidiStreamRequest(
          path,
          requestSerialize,
          responseDeserialize,
          metadata,
          callOptions,
        )
      : undefined;
    const call =
      bidi ??
      client.makeServerStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        (await next())!,
        metadata,
        callOptions,
      );
    signal?.addEventListener("abort", () => call.cancel(), { once: true });
    const send = async (): Promise<void> => {
      for (let message = await next(); message !== undefined; message = await next())
        bidi?.write(message);
      bidi?.end();
    };
    void send();
    return {
      stream: true,
      method,
      service: method.parent,
      message: received(call),
      header: new Headers(),
      trailer: new Headers(),
    };
  }

  return { unary, stream, close: () => client.close() };
}

async function* received<T>(call: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* call;
  } catch (error) {
    throw connectErrorOf(error as ServiceError);
  }
}

const optionsOf = (timeoutMs: number | undefined): CallOptions =>
  timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };

function metadataOf(header: HeadersInit | undefined): Metadata {
  const metadata = new Metadata();
  new Headers(header).forEach((value, name) => metadata.set(name, value));
  return metadata;
}

/** Those that are text. */
const headersOf = (metadata: Metadata): Headers =>
  new Headers(
    Object.entries(metadata.getMap()).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value]] : [],
    ),
  );

/** With the details that the status carries in binary metadata. */
function connectErrorOf(error: ServiceError): ConnectError {
  const connectError = new ConnectError(error.details, error.code as number);
  for (const [name, value] of headersOf(error.metadata)) connectError.metadata.set(name, value);
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  if (bytes instanceof Buffer) {
    connectError.details = fromBinary(StatusSchema, bytes).details.map(({ typeUrl, value }) => ({
      type: typeUrl.replace(/^.*\//, ""),
      value,
    }));
  }
  return connectError;
}
