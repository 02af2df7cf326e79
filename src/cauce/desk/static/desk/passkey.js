// Passkeys: asks the device, puts its answer into the form, and sends it. Nothing is fetched from anywhere.
"use strict";

(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function ask(form) {
    const told = JSON.parse(form.dataset.options);
    const options = { ...told, challenge: bytes(told.challenge) };
    if (form.dataset.passkey === "create") {
      options.user = { ...told.user, id: bytes(told.user.id) };
      options.excludeCredentials = known(told.excludeCredentials);
      const made = await navigator.credentials.create({ publicKey: options });
      return answer(made, {
        attestationObject: text(made.response.attestationObject),
        transports: made.response.getTransports ? made.response.getTransports() : [],
      });
    }
    options.allowCredentials = known(told.allowCredentials);
    const found = await navigator.credentials.get({ publicKey: options });
    return answer(found, {
      authenticatorData: text(found.response.authenticatorData),
      signature: text(found.response.signature),
      userHandle: found.response.userHandle ? text(found.response.userHandle) : null,
    });
  }

  const answer = (made, more) => JSON.stringify({
    id: made.id, rawId: text(made.rawId), type: made.type,
    clientExtensionResults: {},
    response: { clientDataJSON: text(made.response.clientDataJSON), ...more },
  });

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("button");
    if (!window.PublicKeyCredential || !window.isSecureContext) {
      form.querySelector("[data-passkey-off]").hidden = false;
      button.disabled = true;
      continue;
    }
    button.addEventListener("click", async () => {
      const failed = form.querySelector("[data-passkey-failed]");
      failed.hidden = true;
      button.disabled = true;
      try {
        form.elements.credential.value = await ask(form);
        form.submit();
      } catch {
        failed.hidden = false;
        button.disabled = false;
      }
    });
  }
})();
