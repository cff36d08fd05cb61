// Asks for a passkey where a form needs one. Without this script, or in a browser without passkeys, such forms stay
// hidden. The answer goes into the form, and the form is sent as any other: messages and redirects are the server's.
const TEXTS = {
  cancelled: 'No passkey was used. Nothing has changed, and you can try again.',
  known: 'This device holds a passkey for your account already.',
  failed: 'Your browser could not use a passkey here.',
  offline: 'The store could not be reached. Please try again.',
};

const { browserSupportsWebAuthn, startAuthentication, startRegistration } = globalThis.SimpleWebAuthnBrowser;

if (browserSupportsWebAuthn()) {
  for (const form of document.querySelectorAll('form[data-passkey]')) bind(form);
  for (const note of document.querySelectorAll('[data-passkey-missing]')) note.hidden = true;
}

function bind(form) {
  const status = form.querySelector('[aria-live]');
  let busy = false;
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    status.textContent = '';
    try {
      const optionsJSON = await askStore(form);
      // Without an answer the form goes as it is, and the page that follows says what is the matter.
      if (optionsJSON) form.elements.credential.value = JSON.stringify(await askDevice(form, optionsJSON));
      takeChoice(form);
      form.submit();
    } catch (error) {
      status.textContent = textOf(error);
      busy = false;
    }
  });
}

async function askStore(form) {
  const answer = await fetch(form.dataset.challenge, {
    method: 'POST',
    redirect: 'manual',
    headers: { accept: 'application/json', 'x-csrf-token': form.elements._csrf.value },
    body: new URLSearchParams({ purpose: form.elements.purpose?.value ?? '' }),
  }).catch(() => {
    throw new Error(TEXTS.offline);
  });
  return answer.ok ? answer.json() : undefined;
}

function askDevice(form, optionsJSON) {
  return form.dataset.passkey === 'create'
    ? startRegistration({ optionsJSON })
    : startAuthentication({ optionsJSON });
}

// A tick box of another form that counts for this one as well: "Keep me logged in".
function takeChoice(form) {
  const choice = document.getElementById(form.dataset.choice);
  if (!choice?.checked) return;
  const { name, value } = choice;
  form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
}

function textOf({ name, message }) {
  if (message === TEXTS.offline) return TEXTS.offline;
  if (name === 'NotAllowedError' || name === 'AbortError') return TEXTS.cancelled;
  return name === 'InvalidStateError' ? TEXTS.known : TEXTS.failed;
}
