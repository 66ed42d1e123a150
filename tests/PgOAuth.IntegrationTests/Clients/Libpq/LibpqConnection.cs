using System.Runtime.InteropServices;

namespace PgOAuth.IntegrationTests.Clients.Libpq;

/// <summary>A connection of libpq 18 that gets its token from a hook, as an application with a login flow of its own does.</summary>
internal sealed class LibpqConnection : IDisposable
{
    // libpq calls the hook on the thread that connects, and its hook is one for the whole process.
    [ThreadStatic]
    private static string? s_token;

    [ThreadStatic]
    private static List<TokenRequest>? s_requests;

    private readonly nint _handle;

    private LibpqConnection(nint handle, IReadOnlyList<TokenRequest> requests)
    {
        _handle = handle;
        Requests = requests;
    }

    /// <summary>What the hook was asked.</summary>
    public IReadOnlyList<TokenRequest> Requests { get; }

    /// <summary>30000 or 30002.</summary>
    public int ProtocolVersion => LibpqNative.PQfullProtocolVersion(_handle);

    /// <summary>Connects.</summary>
    /// <exception cref="LibpqException">It could not.</exception>
    public static async Task<LibpqConnection> OpenAsync(string connection, string token)
    {
        await LibpqNative.EnsureLoadedAsync();
        return await Task.Run(() => Open(connection, token));
    }

    /// <summary>Asks one value.</summary>
    public Task<string> ScalarAsync(string sql) => Task.Run(() => Value(LibpqNative.PQexec(_handle, sql)));

    /// <summary>Sends a query; <see cref="ResultAsync"/> waits for it.</summary>
    public void Send(string sql)
    {
        if (LibpqNative.PQsendQuery(_handle, sql) != 1)
        {
            throw new LibpqException(Text(LibpqNative.PQerrorMessage(_handle)));
        }
    }

    /// <summary>The first value of what was sent.</summary>
    public Task<string> ResultAsync() => Task.Run(() =>
    {
        try
        {
            return Value(LibpqNative.PQgetResult(_handle));
        }
        finally
        {
            while (LibpqNative.PQgetResult(_handle) is not 0 and var more)
            {
                LibpqNative.PQclear(more);
            }
        }
    });

    /// <summary>Cancels over a connection like this one, encryption included.</summary>
    public Task CancelAsync() => Task.Run(() =>
    {
        var cancel = LibpqNative.PQcancelCreate(_handle);
        try
        {
            if (LibpqNative.PQcancelBlocking(cancel) != 1)
            {
                throw new LibpqException(Text(LibpqNative.PQcancelErrorMessage(cancel)));
            }
        }
        finally
        {
            LibpqNative.PQcancelFinish(cancel);
        }
    });

    public string SslAttribute(string name) => Text(LibpqNative.PQsslAttribute(_handle, name));

    public void Dispose() => LibpqNative.PQfinish(_handle);

    internal static unsafe void InstallHook()
    {
        delegate* unmanaged[Cdecl]<int, nint, nint, int> hook = &GiveToken;
        LibpqNative.PQsetAuthDataHook((nint)hook);
    }

    private static LibpqConnection Open(string connection, string token)
    {
        s_token = token;
        s_requests = [];
        var handle = LibpqNative.PQconnectdb(connection);
        try
        {
            if (LibpqNative.PQstatus(handle) == LibpqNative.ConnectionOk)
            {
                return new LibpqConnection(handle, s_requests);
            }

            var message = Text(LibpqNative.PQerrorMessage(handle));
            LibpqNative.PQfinish(handle);
            throw new LibpqException(message);
        }
        finally
        {
            s_token = null;
            s_requests = null;
        }
    }

    private static string Value(nint result)
    {
        try
        {
            return LibpqNative.PQresultStatus(result) == LibpqNative.TuplesOk
                ? Text(LibpqNative.PQgetvalue(result, 0, 0))
                : throw new LibpqException("the query failed", Text(LibpqNative.PQresultErrorField(result, LibpqNative.SqlState)));
        }
        finally
        {
            LibpqNative.PQclear(result);
        }
    }

    private static string Text(nint text) => Marshal.PtrToStringUTF8(text) ?? "";

    // struct PGoauthBearerRequest: openid_configuration, scope, async, cleanup, token, user; all pointers.
    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static int GiveToken(int type, nint connection, nint data)
    {
        if (type != LibpqNative.OAuthBearerToken || s_token is not { } token)
        {
            return 0;
        }

        s_requests!.Add(new TokenRequest(Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(data)), Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(data, nint.Size))));

        // libpq copies it when the hook returns; the few bytes are not worth a cleanup callback in a test.
        Marshal.WriteIntPtr(data, 4 * nint.Size, Marshal.StringToCoTaskMemUTF8(token));
        return 1;
    }
}
