// OAuth 2.0 in front of PostgreSQL, on this machine, from nothing:
//
//   dotnet run --project samples/PgOAuth.Samples.Console             a PostgreSQL, a token issuer and the proxy; prints psql lines
//   dotnet run --project samples/PgOAuth.Samples.Console -- token    a token for somebody, beside the first
//   dotnet run --project samples/PgOAuth.Samples.Console -- tour     all of it by itself, checked step by step
//   dotnet run --project samples/PgOAuth.Samples.Console -- explain  which rule allows or refuses a statement
//
// How the proxy itself is set up: Serving/ProxyHost.cs.

using System.CommandLine;
using PgOAuth.Samples.Terminal.Commands;

var serve = new ServeOptions();
var root = new RootCommand("PgOAuth: PostgreSQL behind OAuth 2.0 access tokens. Without a command: serve.");
serve.AddTo(root);
root.Subcommands.Add(ServeCommand.Create(serve));
root.Subcommands.Add(TokenCommand.Create());
root.Subcommands.Add(TourCommand.Create());
root.Subcommands.Add(ExplainCommand.Create());
root.SetAction((parsed, stopping) => ServeCommand.RunAsync(serve.Read(parsed), stopping));
return await CommandRunner.RunAsync(root, args);
