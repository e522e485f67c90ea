// ../../work/h/me/dist/cli/commands/serve.js
const DEFAULT_PORT = 7460;
const serve = async (options, context) => {
	const { output, signal } = context;
	const { startRelay } = await import("../relay/index.js");
	const { dataDir, settings } = await relaySettings(options, context);
	const relay = await startRelay({
		port: DEFAULT_PORT,
		log: context.interactive ? "warn" : "info",
		...settings,
		dataDir
	});
	const { url, ownerToken } = relay;
	const { paint } = output;
	output.event({
		url,
		dataDir,
		...ownerToken !== void 0 && { ownerToken }
	}, [
		`${paint("green", "✓")} The relay is at ${paint("bold", url)}, its data in ${dataDir}`,
		...ownerToken === void 0 ? [] : [
			"",
			"The owner's token, shown this once. Sign in with it, on any machine that makes projects here:",
			"",
			`  modsync login ${url} --token ${ownerToken}`,
			`  modsync init --relay ${url}`
		],
		"",
		"Ctrl-C stops it."
	]);
	if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
	await relay.close();
};
/** The relay's settings: file, environment, command line; and its data folder. */
async function relaySettings(options, context) {
	const host = await context.host();
	const { readConfig } = await import("../relay/index.js");
	const path = async (typed) => typed === void 0 ? void 0 : await context.pathFrom(typed);
	const [config, data, cert, key] = await Promise.all([
		options.config,
		options.data,
		options.tlsCert,
		options.tlsKey
	].map(path));
	const { data: said, options: settings } = await readConfig(config, host.environment, {
		...data !== void 0 && { data },
		...options.host !== void 0 && { host: options.host },
		...options.port !== void 0 && { port: options.port },
		...options.publicUrl !== void 0 && { publicUrl: options.publicUrl },
		...options.log !== void 0 && { log: options.log },
		...(cert !== void 0 || key !== void 0) && { tls: {
			...cert !== void 0 && { cert },
			...key !== void 0 && { key }
		} },
		...options.trustedProxy !== void 0 && { trustedProxies: [...options.trustedProxy] }
	});
	return {
		dataDir: said ?? `${host.home}/relay`,
		settings
	};
}

export { serve };