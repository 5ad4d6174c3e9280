// Starts the viewer. Everything that it shows and calls is on this server.
const root = document.getElementById("docs");

const dark = matchMedia("(prefers-color-scheme: dark)");
const followColors = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followColors);
followColors();

SwaggerUIBundle({
  domNode: root,
  url: root.dataset.description,
  oauth2RedirectUrl: location.origin + root.dataset.redirect,
  validatorUrl: null,
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
}).initOAuth({ usePkceWithAuthorizationCodeGrant: true });
