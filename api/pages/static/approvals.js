// Keys of the requests: what carries `data-key` is followed, pressed or focused. Not while somebody types or is asked.
const BUSY = "input, textarea, select, dialog[open], [popover], [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.(BUSY) || document.querySelector("dialog[open]")) return;
  const pressed = event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key; // any keyboard layout
  const wanted = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key.split(" ").includes(pressed));
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("input, textarea")) wanted.focus();
  else wanted.click();
});
