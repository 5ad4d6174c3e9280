// The load: so many requests over so many connections, every answer looked at.
import type { Answer, Connection, Request } from "./connection.ts";
import { openGrpc } from "./grpc.ts";
import { openHttp1 } from "./http1.ts";

/** Something that a server can do again and again. */
export interface Exercise {
  readonly protocol: "http1" | "grpc";
  readonly url: string;
  /** Whether each request has a connection of its own. */
  readonly reconnects?: boolean;
  /** Makes what so many requests over so many lanes need, before the clock starts. */
  prepare?(count: number, lanes: number): Promise<void>;
  /** The index counts from 0 in each batch. */
  request(index: number, lane: number): Request;
  /** Whether it is the right answer; a wrong one ends the run. */
  accepts(answer: Answer, lane: number): boolean;
}

/** What a batch has taken. */
export interface Batch {
  readonly seconds: number;
  /** Of each request, in milliseconds. */
  readonly latencies: readonly number[];
}

/** Each connection sends its next request when its last is answered. */
export async function load(exercise: Exercise, count: number, connections: number): Promise<Batch> {
  const open = exercise.protocol === "grpc" ? openGrpc : openHttp1;
  const lanes = await Promise.all(Array.from({ length: connections }, () => open(exercise.url)));
  const send = async (connection: Connection, request: Request): Promise<Answer> => {
    if (exercise.reconnects !== true) return connection.send(request);
    const fresh = await open(exercise.url);
    const answer = await fresh.send(request);
    fresh.close();
    return answer;
  };
  const latencies: number[] = [];
  let next = 0;
  const run = async (connection: Connection, lane: number): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const request = exercise.request(index, lane);
      const begin = performance.now();
      const answer = await send(connection, request);
      latencies.push(performance.now() - begin);
      if (!exercise.accepts(answer, lane))
        throw new Error(
          `${request.path} answered ${answer.status} ${answer.body.toString("utf8").slice(0, 500)}`,
        );
    }
  };
  const begin = performance.now();
  await Promise.all(lanes.map(run));
  const seconds = (performance.now() - begin) / 1000;
  for (const connection of lanes) connection.close();
  return { seconds, latencies };
}
