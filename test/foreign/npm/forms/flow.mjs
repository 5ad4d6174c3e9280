// What an old application does by its HTTP library: it registers a user by a form, signs in by a
// multipart form, and then moves to REST.
import { finish, url } from "../program.mjs";

const { NEW_USER: username } = process.env;
const fields = {
  AccID: `of-${username}`,
  Email: `${username}@example.com`,
  Password: "secret 1 ü",
};

/**
 * Runs it with a package's own ways to send. Each returns the JSON of the response: `form` and
 * `multipart` send fields, `json` sends an object, `get` reads with an access token.
 */
export async function run(name, { form, multipart, json, get }) {
  const created = await form(`${url}/user/create`, {
    ...fields,
    UserID: username,
    Bundle: "com.example.game",
    OSInt: "0",
    GAID: "device-1",
  });
  const entered = await multipart(`${url}/user/login`, fields);
  if (created.message !== "User created successfully" || entered.message !== "Login successful")
    throw new Error(JSON.stringify([created, entered]));
  const { accessToken } = await json(`${url}/v1/sessions`, { username, password: fields.Password });
  finish(name, (await get(`${url}/v1/users/me`, accessToken)).user);
}
