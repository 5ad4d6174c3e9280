import asyncio

import aiohttp
from program import FIELDS, NEW_FIELDS, SESSION, URL, finish


async def main():
    async with aiohttp.ClientSession(URL) as client:

        async def post(path, **body):
            async with client.post(path, **body) as response:
                return await response.json()

        created = await post("/user/create", data=NEW_FIELDS)
        with aiohttp.MultipartWriter("form-data") as parts:
            for name, value in FIELDS.items():
                parts.append(value).set_content_disposition("form-data", name=name)
        entered = await post("/user/login", data=parts)
        assert entered["message"] == "Login successful", (created, entered)
        token = (await post("/v1/sessions", json=SESSION))["accessToken"]
        headers = {"Authorization": "Bearer " + token}
        async with client.get("/v1/users/me", headers=headers) as response:
            finish("aiohttp", (await response.json())["user"]["username"])


asyncio.run(main())
