using Xunit;

namespace PgOAuth.IntegrationTests.Relay;

/// <summary>Tests that measure the process and must not run beside others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
#pragma warning disable CA1711 // It is what xunit calls a collection.
public sealed class AloneCollection
#pragma warning restore CA1711
{
    public const string Name = "alone";
}
