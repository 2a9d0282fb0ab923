// Pages that ask the service as one types: every call carries the token of the page.

const csrfToken = document.querySelector("meta[name=csrf-token]").content;
document.body.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken;
});
