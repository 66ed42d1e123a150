namespace PgOAuth.Samples.Terminal.Serving;

/// <summary>What the caller does not give and must be had from somewhere.</summary>
[Flags]
internal enum ServeNeeds
{
    None = 0,
    Database = 1,
    Issuer = 2,
    Certificate = 4,
}
