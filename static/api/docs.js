// Draws the API's documents. Who is logged in may try a call with the session; Authorize takes a token instead.
(() => {
  const place = document.getElementById("docs");

  function withCsrf(request) {
    if (!["GET", "HEAD", undefined].includes(request.method)) {
      request.headers["X-CSRFToken"] = place.dataset.csrf;
    }
    return request;
  }

  SwaggerUIBundle({
    url: place.dataset.schema,
    domNode: place,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    validatorUrl: null,
    requestInterceptor: withCsrf,
  });
})();
