import { promisify } from "node:util";
import request from "request";
import { run } from "./flow.mjs";

const send = promisify(request);
const post = async (options) => (await send({ method: "POST", json: true, ...options })).body;
await run("request", {
  // By default it leaves the field's values unencoded where RFC 3986 allows it.
  form: (to, form) => post({ url: to, form }),
  multipart: (to, formData) => post({ url: to, formData }),
  json: (to, json) => post({ url: to, json }),
  get: async (url, bearer) => (await send({ url, auth: { bearer }, json: true })).body,
});
