import got from "got";
import { run } from "./flow.mjs";

const formData = (fields) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
};
await run("got", {
  form: (to, form) => got.post(to, { form }).json(),
  multipart: (to, fields) => got.post(to, { body: formData(fields) }).json(),
  json: (to, json) => got.post(to, { json }).json(),
  get: (from, token) => got(from, { headers: { Authorization: `Bearer ${token}` } }).json(),
});
