namespace PgOAuth.Authentication.Jwt;

/// <summary>Stage 3: where an address lies. The default is the one never asked.</summary>
internal enum NetworkZone
{
    /// <summary>Link-local, metadata services of clouds, multicast, reserved: never asked.</summary>
    Forbidden,

    Loopback,

    Private,

    Public,
}
