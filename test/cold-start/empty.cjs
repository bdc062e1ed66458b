// What every ratio is of.
exports.handler = async () => ({})
