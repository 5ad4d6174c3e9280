import type { DescService } from "@bufbuild/protobuf";
import type { Interceptor } from "@connectrpc/connect";
import { Health } from "../../gen/grpc/health/v1/health_pb.ts";
import { ServerReflection } from "../../gen/grpc/reflection/v1/reflection_pb.ts";
import * as reflectionAlpha from "../../gen/grpc/reflection/v1alpha/reflection_pb.ts";
import { networkOf } from "../domain/security/networks.ts";
import { IdentityError } from "../domain/errors.ts";
import { toConnectError } from "./errors.ts";

/** How many streams of one kind may be open at once. */
export interface StreamLimit {
  readonly services: readonly DescService[];
  readonly perNetwork: number;
  readonly inAll: number;
}

/**
 * The limits of a server. A gRPC client that watches the health keeps one stream per connection,
 * which costs about 100 kB. A stream of reflection also holds a part of the schema while its client
 * doesn't read.
 */
export const STREAM_LIMITS: readonly StreamLimit[] = [
  { services: [Health], perNetwork: 128, inAll: 512 },
  { services: [ServerReflection, reflectionAlpha.ServerReflection], perNetwork: 32, inAll: 128 },
];

/** A stream of reflection ends after so long without a request. Tools open a new one. */
export const REFLECTION_IDLE_MS = 60_000;

/** How many streams each holder and all holders together may have open. */
interface PlaceLimit {
  /** How a refusal calls the holder. */
  readonly holder: string;
  readonly each: number;
  readonly inAll: number;
}

/** The slots under one limit. */
export class StreamPlaces {
  readonly #limit: PlaceLimit;
  readonly #taken = new Map<string, number>();
  #inAll = 0;

  constructor(limit: PlaceLimit) {
    this.#limit = limit;
  }

  /** Takes a slot for a holder; returns the function that frees it. */
  take(key: string): () => void {
    const taken = this.#taken.get(key) ?? 0;
    if (taken >= this.#limit.each)
      throw new IdentityError(
        "RATE_LIMITED",
        `${this.#limit.holder} has ${taken} such streams open; close some of them.`,
      );
    if (this.#inAll >= this.#limit.inAll)
      throw new IdentityError(
        "OVERLOADED",
        "All places for such streams are taken; try again later.",
      );
    this.#taken.set(key, taken + 1);
    this.#inAll++;
    let isFree = false;
    return () => {
      if (isFree) return;
      isFree = true;
      this.#inAll--;
      const left = (this.#taken.get(key) ?? 1) - 1;
      if (left === 0) this.#taken.delete(key);
      else this.#taken.set(key, left);
    };
  }
}

type Request = Parameters<ReturnType<Interceptor>>[0];

/** Gives each stream a slot until it ends or its client goes. Refuses streams over the limit. */
export function limitStreams(
  limits: readonly StreamLimit[],
  addressOf: (request: Request) => string,
): Interceptor {
  const places = new Map(limits.flatMap((limit) => placesOf(limit)));
  return (next) => async (request) => {
    const known = request.stream ? places.get(request.service.typeName) : undefined;
    if (known === undefined) return next(request);
    const free = takePlace(known, networkOf(addressOf(request)));
    // When the client doesn't read, the next message is never asked for: only the signal shows that
    // the stream has ended.
    if (request.signal.aborted) free();
    else request.signal.addEventListener("abort", free, { once: true });
    try {
      const response = await next(request);
      if (response.stream) return { ...response, message: until(response.message, free) };
      free();
      return response;
    } catch (error) {
      free();
      throw error;
    }
  };
}

function placesOf({ services, perNetwork, inAll }: StreamLimit): [string, StreamPlaces][] {
  const places = new StreamPlaces({ holder: "Your network", each: perNetwork, inAll });
  return services.map(({ typeName }) => [typeName, places]);
}

/** Takes a slot outside of the middleware, which would make a ConnectError of a refusal. */
function takePlace(places: StreamPlaces, key: string): () => void {
  try {
    return places.take(key);
  } catch (error) {
    throw error instanceof IdentityError ? toConnectError(error) : error;
  }
}

async function* until<T>(messages: AsyncIterable<T>, ended: () => void): AsyncGenerator<T> {
  try {
    yield* messages;
  } finally {
    ended();
  }
}

/** Yields the messages, until none comes for the given time. */
export async function* untilIdle<T>(messages: AsyncIterable<T>, idleMs: number): AsyncGenerator<T> {
  const iterator = messages[Symbol.asyncIterator]();
  for (;;) {
    const coming = iterator.next();
    // It may reject after the stream has ended.
    coming.catch(() => undefined);
    const idle = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => idle.resolve(undefined), idleMs);
    const next = await Promise.race([coming, idle.promise]).finally(() => clearTimeout(timer));
    if (next === undefined || next.done === true) return;
    yield next.value;
  }
}
