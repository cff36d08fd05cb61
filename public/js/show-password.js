// A "Show" button in every password field. Without this script the fields are plain and whole.
for (const input of document.querySelectorAll('input[type="password"]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'reveal';
  button.textContent = 'Show';
  button.setAttribute('aria-controls', input.id);
  button.setAttribute('aria-label', `Show ${input.labels[0].textContent.trim().toLowerCase()}`);

  const show = (shown) => {
    input.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
  };
  show(false);
  button.addEventListener('click', () => show(input.type === 'password'));
  // Sent as a password, so that the browser neither remembers nor suggests it as text.
  input.form?.addEventListener('submit', () => show(false));
  input.after(button);
}
