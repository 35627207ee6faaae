// Saves an answer when its field is left, and shows what the form gives by now. Without this script the button
// does the same for the whole form.
"use strict";
(() => {
  const form = document.getElementById("answers");
  if (!form) return;
  const said = document.getElementById("saved");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  // Fields that changed and are not saved yet, and those that could not be: they are sent with the next one again.
  const changed = new Set();
  const refused = new Set();
  let saving = null;

  function lines(list, texts) {
    list.replaceChildren(...texts.map((text) => {
      const line = document.createElement(list.tagName === "UL" ? "li" : "p");
      line.textContent = text;
      return line;
    }));
  }

  function show(found) {
    lines(document.getElementById("sentences"), found.sentences);
    document.getElementById("missing").textContent = found.missing;
    const bars = document.querySelectorAll("#areas li");
    found.areas.forEach(([, text, percent], i) => {
      bars[i].querySelector(".number").textContent = text;
      bars[i].querySelector("progress").value = percent;
    });
    for (const list of document.querySelectorAll("[data-problems]")) {
      lines(list, found.items[list.dataset.problems] || []);
    }
  }

  async function send(fields) {
    const answer = await fetch(form.action, {
      method: "POST", body: new URLSearchParams(fields.map((field) => [field.name, field.value])),
      headers: { "X-CSRFToken": token, Accept: "application/json" },
    });
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.error);
    show(found);
    for (const field of fields) refused.delete(field);
  }

  // What changes while a request is under way goes with the next one.
  async function save() {
    let why = null;
    while (changed.size > 0) {
      const fields = [...new Set([...refused, ...changed])];
      changed.clear();
      try {
        await send(fields);
      } catch (error) {
        why = error;
        // One that is wrong does not keep the others from being saved.
        for (const field of fields) {
          await (fields.length > 1 ? send([field]) : Promise.reject(error)).catch((own) => { why = own; refused.add(field); });
        }
      }
    }
    // Whoever was logged out meanwhile gets a page instead of JSON.
    const network = why instanceof SyntaxError || why instanceof TypeError;
    said.textContent = refused.size === 0 ? "已保存。"
      : `没有保存：${network ? "请检查网络，或刷新页面重新登录" : why.message}`;
    said.className = refused.size === 0 ? "" : "late";
    saving = null;
  }

  document.addEventListener("change", (event) => {
    if (event.target.form !== form || !event.target.name.includes("|")) return;
    said.textContent = "正在保存……";
    changed.add(event.target);
    saving = saving || save();
  });

  let leaving = false;

  // A file that was chosen is not uploaded yet: gone with the page.
  function unsent(except) {
    const fields = document.querySelectorAll("input[type=file]");
    return [...fields].find((field) => field.form !== except && field.files.length > 0);
  }

  // What was typed last is saved before a button leaves the page; what could not be saved keeps it open.
  document.addEventListener("submit", (event) => {
    const file = unsent(event.target);
    if (file) {
      event.preventDefault();
      said.textContent = `“${file.files[0].name}”还没有上传，请先点它旁边的“上传”。`;
      said.className = "late";
      file.focus();
      file.scrollIntoView({ block: "center" });
      return;
    }
    if (event.target === form || (!saving && refused.size === 0)) return;
    event.preventDefault();
    Promise.resolve(saving).then(() => {
      if (refused.size > 0) {
        said.scrollIntoView({ block: "center" });
        return;
      }
      leaving = true;
      event.target.submit();
    });
  });

  window.addEventListener("submit", (event) => { leaving = !event.defaultPrevented; });
  window.addEventListener("beforeunload", (event) => {
    if (saving || refused.size > 0 || (unsent(null) && !leaving)) event.preventDefault();
  });
})();
