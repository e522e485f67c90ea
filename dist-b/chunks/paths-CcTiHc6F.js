// ../../work/h/me/dist/shared/paths.js
/**
* Paths. A *project path* is relative to the project's folder, `/` between names, never a leading or trailing one:
* what Git calls it in a tree. A *disk path* is absolute, with `/` between names on every platform; only
* `platform/` turns it into what the operating system wants.
*/
const join = (folder, ...names) => {
	let path = folder.endsWith("/") ? folder.slice(0, -1) : folder;
	for (const name of names) if (name !== "") path += `/${name}`;
	return path;
};
function parentOf(path) {
	const slash = path.lastIndexOf("/");
	return slash < 0 ? "" : path.slice(0, slash);
}
function nameOf(path) {
	return path.slice(path.lastIndexOf("/") + 1);
}
/** With the dot, lowercase; '' where there is none. */
function extensionOf(path) {
	const name = nameOf(path);
	const dot = name.lastIndexOf(".");
	return dot <= 0 ? "" : name.slice(dot).toLowerCase();
}

export { parentOf as i, join as n, nameOf as r, extensionOf as t };