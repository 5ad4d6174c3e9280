import requests
from program import FIELDS, NEW_FIELDS, SESSION, URL, finish

created = requests.post(URL + "/user/create", data=NEW_FIELDS).json()
parts = {name: (None, value) for name, value in FIELDS.items()}
entered = requests.post(URL + "/user/login", files=parts).json()
assert entered["message"] == "Login successful", (created, entered)
token = requests.post(URL + "/v1/sessions", json=SESSION).json()["accessToken"]
me = requests.get(URL + "/v1/users/me", headers={"Authorization": "Bearer " + token})
finish("requests", me.json()["user"]["username"])
