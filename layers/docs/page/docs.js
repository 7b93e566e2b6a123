// Shows the OpenAPI document, and logs in to try it. The API is where this page is, whatever stands before /v1.
"use strict";

const api = new URL("..", document.baseURI).href.replace(/\/$/, "");

async function read(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path} could not be read: ${answer.status}`);
  return answer.json();
}

async function show() {
  const [spec, config] = await Promise.all([read("openapi.json"), read("config")]);
  document.getElementById("guide").href = config.guide_url;
  document.getElementById("problems").href = `${config.guide_url}/problems/`;
  const ui = SwaggerUIBundle({
    spec: { ...spec, externalDocs: { url: config.guide_url, description: "Guide" }, servers: [{ url: api }] },
    domNode: document.getElementById("api"),
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    validatorUrl: null,
  });
  document.getElementById("login").addEventListener("submit", (event) => {
    event.preventDefault();
    logIn(ui, event.target).catch((error) => tell(error.message));
  });
}

// The token is kept in the page only, and so is gone with it.
async function logIn(ui, form) {
  const answer = await fetch(`${api}/v1/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(Object.fromEntries(new FormData(form))),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail);
  ui.preauthorizeApiKey("bearer", body.access_token);
  form.elements.password.value = "";
  tell(`Logged in as ${form.elements.email.value} for ${body.expires_in / 60} minutes`);
}

function tell(text) {
  document.getElementById("caller").textContent = text;
}

show().catch((error) => {
  document.getElementById("api").textContent = error.message;
});
