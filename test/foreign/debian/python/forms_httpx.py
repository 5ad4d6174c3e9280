import httpx
from program import FIELDS, NEW_FIELDS, SESSION, URL, finish

with httpx.Client(base_url=URL) as client:
    created = client.post("/user/create", data=NEW_FIELDS).json()
    parts = {name: (None, value.encode()) for name, value in FIELDS.items()}
    entered = client.post("/user/login", files=parts).json()
    assert entered["message"] == "Login successful", (created, entered)
    token = client.post("/v1/sessions", json=SESSION).json()["accessToken"]
    me = client.get("/v1/users/me", headers={"Authorization": "Bearer " + token})
    finish("httpx", me.json()["user"]["username"])
