// Nothing but argon2id behind node:http, with the package and the parameters of everybody else
// here: what a password costs.
import { hash, verify } from "@node-rs/argon2";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { announce } from "./announce.ts";

const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const kept = await hash("correct horse battery staple", PARAMETERS);

const server = createServer(async (request, response) => {
  const password = await text(request);
  response.end(
    request.url === "/hash"
      ? await hash(password, PARAMETERS)
      : String(await verify(kept, password)),
  );
});
await once(server.listen(0, "127.0.0.1"), "listening");
announce((server.address() as AddressInfo).port);
